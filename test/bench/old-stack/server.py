"""The kind of server that fplane replaces: Flask, peewee and SQLite behind gunicorn, the text made from rows each time.

Environment: OLD_STACK_DATABASE, the SQLite file; OLD_STACK_LOG, where the program logs.
"""

import datetime
import logging
import os
import zoneinfo

import peewee
from flask import Flask, Response, abort, g, request

TELESCOPE = zoneinfo.ZoneInfo("America/Chicago")
HEADER = "# $Id$\n# $Revision$\n# $Author$\n# $Date$\n# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC\n"

database = peewee.SqliteDatabase(os.environ["OLD_STACK_DATABASE"])
app = Flask(__name__)
logging.basicConfig(filename=os.environ["OLD_STACK_LOG"], level=logging.DEBUG, format="%(asctime)s %(message)s")


class Configuration(peewee.Model):
    """A focal plane, from its start on."""

    start = peewee.CharField(index=True)

    class Meta:
        database = database


class Row(peewee.Model):
    """One seat of a configuration."""

    configuration = peewee.ForeignKeyField(Configuration, backref="rows")
    ifuslot = peewee.CharField()
    x = peewee.FloatField()
    y = peewee.FloatField()
    specid = peewee.CharField()
    specslot = peewee.CharField()
    ifuid = peewee.CharField()
    active = peewee.BooleanField()

    class Meta:
        database = database


@app.before_request
def before():
    g.ip = request.remote_addr
    database.connect(reuse_if_open=True)


@app.teardown_request
def after(_error):
    if not database.is_closed():
        database.close()


@app.get("/fplane/", defaults={"datestr": None})
@app.get("/fplane/<datestr>")
def get_current_fplane(datestr):
    full = request.args.get("full_fplane", "1") == "1"
    try:
        start = at(datestr)
    except ValueError:
        abort(400)
    logging.info("%s %s %s", g.ip, request.method, request.path)
    found = Configuration.select().where(Configuration.start <= start).order_by(Configuration.start.desc()).first()
    if found is None:
        abort(404)
    text = HEADER + "".join(line(row) for row in found.rows.order_by(Row.id) if full or row.active)
    name = "attachment; filename=fplane%s.txt" % (datestr or "")
    return Response(text, mimetype="text/plain", headers={"Content-Disposition": name})


def at(datestr):
    """The instant that is asked for, UTC: of a date the midnight of the night that begins on it."""
    if not datestr:
        return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    night = datetime.datetime.strptime(datestr, "%Y%m%d").replace(tzinfo=TELESCOPE) + datetime.timedelta(days=1)
    return night.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def line(row):
    mark = "" if row.active else "#"
    form = "%s%s\t%8.3f\t%8.3f\t%s\t%s\t%s\t%.3f\t%.3f\n"
    return form % (mark, row.ifuslot, row.x, row.y, row.specid, row.specslot, row.ifuid, 0, 1)
