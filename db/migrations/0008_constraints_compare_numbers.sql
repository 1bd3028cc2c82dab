-- That two rows contradict each other is looked for in an index by seat, IFU or spectrograph. Three digits are compared as
-- a number: a GiST index of text takes more than twice as long for each row that is entered or looked for. What tells the
-- rows apart best comes first.
ALTER TABLE placement
  DROP CONSTRAINT placement_one_unit_per_seat,
  DROP CONSTRAINT placement_ifu_in_one_seat,
  DROP CONSTRAINT placement_spectrograph_feeds_one_seat;
ALTER TABLE placement
  ADD CONSTRAINT placement_one_unit_per_seat
    EXCLUDE USING gist ((ifuslot::int4) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT placement_ifu_in_one_seat
    EXCLUDE USING gist ((ifuid::int4) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT placement_spectrograph_feeds_one_seat
    EXCLUDE USING gist ((specid::int4) WITH =, valid WITH &&, rev WITH &&, instrument WITH =) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE position
  DROP CONSTRAINT position_one_per_ifu_and_seat;
ALTER TABLE position
  ADD CONSTRAINT position_one_per_ifu_and_seat
    EXCLUDE USING gist ((ifuslot::int4) WITH =, (ifuid::int4) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE hold
  DROP CONSTRAINT hold_once;
ALTER TABLE hold
  ADD CONSTRAINT hold_once
    EXCLUDE USING gist ((ifuslot::int4) WITH =, valid WITH &&, rev WITH &&, hold WITH =) DEFERRABLE INITIALLY DEFERRED;

-- Where an IFU or a spectrograph has been, and whether it was ever seen, these indices tell too, without going through what
-- was superseded.
DROP INDEX placement_by_spectrograph;
