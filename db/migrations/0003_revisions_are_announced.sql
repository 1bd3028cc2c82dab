-- Every server that listens learns of a revision as soon as it is committed, whichever server made it.

CREATE FUNCTION announce_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_notify('fplane_revision', TG_TABLE_SCHEMA || ' ' || NEW.rev);
  RETURN NULL;
END $$;
CREATE TRIGGER revision_announced AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION announce_revision();
