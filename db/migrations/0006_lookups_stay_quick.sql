-- Indices by which what is asked stays as quick however long the record grows.

-- Of rows that begin together (each was split or superseded by a later revision) the newest comes first.
DROP INDEX placement_by_seat;
CREATE INDEX placement_by_seat ON placement (ifuslot, lower(valid), lower(rev));
DROP INDEX position_by_seat;
CREATE INDEX position_by_seat ON position (ifuslot, ifuid, lower(valid), lower(rev));

-- What an old revision knew of times after it.
CREATE INDEX placement_by_seat_and_revision ON placement (ifuslot, lower(rev));
CREATE INDEX position_by_seat_and_revision ON position (ifuslot, ifuid, lower(rev));

-- What is confirmed is found by the constraint's index, which has both times.
DROP INDEX confirmation_by_start;

-- Where a spectrograph or a controller has been, and whether it was ever seen. The constraint's index does it for IFUs.
CREATE INDEX placement_by_spectrograph ON placement (specid, lower(rev));
CREATE INDEX placement_by_controller ON placement (contid, lower(rev));

-- The newest uploads that were not taken, among all that were.
CREATE INDEX upload_by_outcome ON upload (outcome, rev);
