-- Whoever writes the next revision looks at what the newest one knows: the rows that nothing has superseded, however many
-- others there are.
CREATE INDEX placement_standing ON placement (ifuslot, lower(valid)) WHERE upper_inf(rev);
CREATE INDEX position_standing ON position (ifuslot, ifuid, lower(valid)) WHERE upper_inf(rev);
