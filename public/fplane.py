#!/usr/bin/env python3
"""Which focal plane was valid at this date?

One file, for Python 3.6 and newer, that needs nothing but the standard
library. Copy it beside your program, or fetch it from a server, which puts
its own address into it:

    curl -O http://localhost:5000/fplane.py

As a module:

    from fplane import get_fplane, get_fplanes, fetch, parse_fplane

    get_fplane('fplane.txt', '20180715')             # as ever
    receipt = get_fplane('fplane.txt', '20180715', actpos=True, full=False)
    receipt.write('fplane.receipt.json')             # store it with the data
    receipts, errors = get_fplanes('nights', from_='20180101', to='20190101')
    rows = parse_fplane(fetch('20180715').body)

As a command, with the flags and exit codes of `fplane get`:

    python3 fplane.py get 20180715 -o fplane.txt
    python3 fplane.py get --from 20180101 --to 20190101 -d nights
    python3 fplane.py get 20180715 --format ds9 --ra 187.5 --dec 51.05 --pa 250
    python3 fplane.py bundle -o fplane.bundle
    python3 fplane.py get --bundle fplane.bundle 20180715 -o -
    python3 fplane.py rows fplane.txt

What was got is kept in a cache (FPLANE_CACHE, else XDG_CACHE_HOME/fplane,
else ~/.cache/fplane; FPLANE_CACHE=off for none), which it shares with the
program `fplane`. When the server is away the cache answers what it can be
sure of: for ever what is pinned (a fixed date as of a revision or a tag),
anything else up to the instant until which it was confirmed.

Instants are UTC, positions arcsec from the centre of the focal plane, ids
text of three digits.
"""

import argparse
import base64
import calendar
import datetime
import hashlib
import http.client
import json
import math
import os
import re
import sys
import time
import uuid
from fractions import Fraction
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple, Union
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

__all__ = ['Answer', 'Bundle', 'Failure', 'FplaneError', 'Receipt', 'Row', 'fetch', 'fetch_bundle', 'fetch_many',
           'get_fplane', 'get_fplanes', 'parse_fplane']

__version__ = '0.1.0'
"""That of the server that this file belongs to."""

FPLANE_SERVER = 'http://localhost:5000'
"""The server that is asked, unless FPLANE_SERVER is set in the environment or `server` is given."""

TIMEOUT = 60
"""Seconds to wait for the server."""

_EXITS = {'bad-date': 2, 'bad-parameter': 2, 'bad-json': 2, 'bad-fplane': 2, 'method-not-allowed': 2,
          'not-acceptable': 2, 'too-large': 2, 'uri-too-long': 2, 'headers-too-large': 2, 'no-configuration': 3,
          'not-found': 3, 'no-key': 4, 'unknown-key': 4, 'forbidden': 4, 'user-disabled': 4, 'unconfirmed': 5,
          'beyond-horizon': 5, 'conflict': 5, 'too-slow': 6, 'too-many-requests': 6, 'unavailable': 6}
_STATUSES = {'bad-date': '400 Bad Request', 'no-configuration': '404 Not Found',
             'unconfirmed': '422 Unprocessable Content', 'beyond-horizon': '422 Unprocessable Content'}


class FplaneError(Exception):
    """Why there is no answer.

    code: what programs branch on: 'bad-date', 'no-configuration', 'unavailable' ...
    message: for people
    details: what the server says beside it, such as the `reason` of a no-configuration
    """

    def __init__(self, code: str, message: str, details: Optional[Dict[str, Any]] = None, prefix: str = '') -> None:
        Exception.__init__(self, prefix + message)
        self.code = code
        self.message = message
        self.details = details or {}

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the same as that of `fplane`."""
        return _EXITS.get(self.code, 1)


class Receipt(Dict[str, Any]):
    """What was got, to be stored with a reduction.

    Members: server, datestr, asOf, night, actualPositions, layout, strict,
    format (what was asked for); instant, validFrom, validUntil,
    confirmedUntil, revision, pinned (what was answered); filename; sha256 (of
    the text form) and digest (of what was got); of regions in the sky also
    pointing, with ra, dec and pa. The same datestr with as_of=revision gives
    the same bytes for ever.
    """

    def to_json(self) -> str:
        return json.dumps(self, indent=2, sort_keys=True) + '\n'

    def write(self, filename: str) -> None:
        """Writes it as JSON, whole or not at all."""
        _write_whole(filename, self.to_json())

    def cards(self) -> List[Tuple[str, Union[str, int], str]]:
        """Keyword, value and comment of cards for a FITS header."""
        cards = [('FPLINST', self['instant'], 'instant of the focal plane, UTC'),
                 ('FPLFROM', self['validFrom'], 'focal plane valid from, UTC'),
                 ('FPLUNTIL', self['validUntil'] or 'open', 'focal plane valid until, UTC'),
                 ('FPLCONF', self['confirmedUntil'] or 'never', 'focal plane confirmed until, UTC'),
                 ('FPLREV', self['revision'], 'revision of the record'),
                 ('FPLSHA', self['sha256'], '')]  # which leaves a card no room for a comment
        return cards


Answer = NamedTuple('Answer', [('body', str), ('receipt', Receipt)])
"""A file and its receipt."""

Failure = NamedTuple('Failure', [('datestr', Optional[str]), ('valid_from', Optional[str]),
                                 ('valid_until', Optional[str]), ('error', FplaneError)])
"""One date of many, or one stretch of a span, without a file."""

Row = NamedTuple('Row', [('ifuslot', str), ('x', float), ('y', float), ('specid', str), ('specslot', str),
                         ('ifuid', str), ('ifurot', float), ('platesc', float), ('active', bool)])
"""One row of a focal-plane file; `active` is False where it is commented out."""


class _Question(NamedTuple('_Question', [('as_of', Optional[str]), ('night', str), ('strict', bool), ('actual', bool),
                                         ('layout', str), ('format', str),
                                         ('pointing', Optional[Dict[str, Union[int, float]]])])):
    """What is asked, of one date or of many."""

    def parameters(self, body: str) -> Dict[str, str]:
        given = {'as_of': self.as_of, 'night': 'ut' if self.night == 'ut' else None,
                 'strict': '1' if self.strict else None, 'actual_pos': '1' if self.actual else '0',
                 'full_fplane': '0' if self.layout == 'short' else '1',
                 'all_slots': '1' if self.layout == 'all-slots' else None, body: self.format}
        given.update({name: str(angle) for name, angle in (self.pointing or {}).items()})
        return {name: value for name, value in given.items() if value is not None}

    def receipt(self, server: Optional[str], datestr: str, facts: Dict[str, Any]) -> Receipt:
        asked = {'server': server, 'datestr': datestr, 'asOf': self.as_of, 'night': self.night,
                 'strict': self.strict, 'actualPositions': self.actual, 'layout': self.layout,
                 'format': self.format}  # type: Dict[str, Any]
        if self.pointing is not None:
            asked['pointing'] = self.pointing
        names = ('filename', 'instant', 'validFrom', 'validUntil', 'confirmedUntil', 'revision', 'pinned', 'sha256',
                 'digest')
        return Receipt(asked, **{name: facts[name] for name in names})


def _question(actpos: bool, full: bool, as_of: Any, night: str, strict: bool, all_slots: bool, fmt: str,
              ra: Any = None, dec: Any = None, pa: Any = None) -> _Question:
    if all_slots and not full:
        raise FplaneError('bad-parameter', 'all_slots asks for every seat and full=False for the active ones: choose one')
    if night not in ('local', 'ut'):
        raise FplaneError('bad-parameter', 'night is %r: it takes local or ut' % night)
    if fmt not in ('txt', 'json', 'csv', 'ecsv', 'ds9'):
        raise FplaneError('bad-parameter', 'fmt is %r: it takes txt, json, csv, ecsv or ds9' % fmt)
    layout = 'all-slots' if all_slots else 'full' if full else 'short'
    pointing = _pointing(fmt, ra, dec, pa)
    known = None if as_of is None else _sendable(str(as_of), 'bad-parameter', 'as_of is %s: that is no revision')
    return _Question(known, night, bool(strict), bool(actpos), layout, fmt, pointing)


def _pointing(fmt: str, ra: Any, dec: Any, pa: Any) -> Optional[Dict[str, Union[int, float]]]:
    """Only regions can be told in the sky, and a guess at one of the three would put them all in a wrong place."""
    angles = (('ra', ra, 0, 360), ('dec', dec, -90, 90), ('pa', pa, -360, 360))
    given = [name for name, value, _least, _most in angles if value is not None]
    if not given:
        return None
    if fmt != 'ds9':
        raise FplaneError('bad-parameter', '%s given, but the format is %s: ra, dec and pa place regions in the sky, '
                          'with the format ds9' % (' and '.join(given), fmt))
    pointing = {}  # type: Dict[str, Union[int, float]]
    for name, value, least, most in angles:
        if value is None:
            raise FplaneError('bad-parameter', '%s given without %s: a pointing is ra, dec and pa, or none of them'
                              % (' and '.join(given), name))
        try:
            angle = float(value)
        except (TypeError, ValueError):
            angle = math.nan
        if not least <= angle <= most:
            raise FplaneError('bad-parameter', '%s is %r: it takes degrees, a number from %d to %d'
                              % (name, value, least, most))
        pointing[name] = int(angle) if angle.is_integer() else angle  # as `fplane` writes it
    return pointing


# Fetching

def get_fplane(filename: str, datestr: str = '', actpos: bool = False, full: bool = True, **options: Any) -> Receipt:
    """Write the focal-plane file that was valid at a date to filename.

    datestr: '20180715' (the night that starts on this date), a UTC timestamp
        like DATE-OBS of a FITS header, or a shot id; '' is now. A datetime is
        UTC, unless it has a time zone
    actpos: exact (measured) IFU positions where there are any
    full: all seats, the unused ones commented out; else the active VIRUS IFUs
    options: those of `fetch`

    Raises FplaneError on any error, and then leaves filename as it was.
    """
    answer = fetch(datestr, actpos, full, **options)
    _write_whole(filename, answer.body)
    return answer.receipt


def fetch(datestr: str = '', actpos: bool = False, full: bool = True, as_of: Optional[Union[str, int]] = None,
          night: str = 'local', strict: bool = False, all_slots: bool = False, fmt: str = 'txt',
          server: Optional[str] = None, cache: bool = True, offline: bool = False,
          bundle: Union[None, str, 'Bundle'] = None, notice: Optional[Callable[[str], None]] = None,
          ra: Optional[float] = None, dec: Optional[float] = None, pa: Optional[float] = None) -> Answer:
    """The focal-plane file that was valid at a date, with its receipt.

    as_of: as it was known at a revision, a tag or a time
    night: 'ut' reads a date without a time as a UT date, the way data are named
    strict: refuse an answer that no hardware status confirms
    all_slots: every seat, no row commented out
    fmt: 'txt', 'json', 'csv', 'ecsv', 'ds9'
    ra, dec, pa: with fmt='ds9', for regions in the sky: where the centre of
        the IHMP points (ICRS), and the position angle, in degrees
    server: its address, else FPLANE_SERVER
    cache: whether the cache is read and written
    offline: ask the cache only
    bundle: answer from this bundle, or file of one, and from nothing else
    notice: told when the server is away and the cache answers; else that goes to standard error

    Raises FplaneError.
    """
    datestr = _datestr(datestr)
    question = _question(actpos, full, as_of, night, strict, all_slots, fmt, ra, dec, pa)
    if bundle is not None:
        return _opened(bundle)._answer(None, datestr, question)
    address = _address(server)
    kept = _Cache.of(address) if cache else None
    if offline:
        return _Offline(kept, address, question).get(datestr)
    if kept is not None and question.as_of is not None and not _means_now(datestr):
        found = kept.find(datestr, question)
        if found is not None and found.receipt['pinned']:
            return found
    try:
        answer = _ask(address, datestr, question)
    except FplaneError as error:
        if error.code != 'unavailable' or kept is None:
            raise
        try:
            answer = _Offline(kept, address, question).get(datestr)
        except FplaneError as unsure:
            raise FplaneError(unsure.code, '%s; %s' % (error.message, unsure.message)) from None
        _tell(notice, '%s; this is from the cache' % error.message)
        return answer
    if kept is not None:
        kept.keep(answer)
    return answer


def get_fplanes(directory: str, dates: Optional[Iterable[str]] = None, from_: Optional[str] = None,
                to: Optional[str] = None, distinct: bool = False, **options: Any) -> Tuple[List[Receipt], List[Failure]]:
    """Write the files of many dates into a directory, which is made when it is missing, by one request.

    Arguments as for `fetch_many`. Returns the receipts, each with the `path`
    of its file, and what has no file. Files are named fplane{datestr}.txt.
    """
    _make_directory(directory)
    receipts = []  # type: List[Receipt]
    failures = []  # type: List[Failure]
    for one in fetch_many(dates, from_, to, distinct, **options):
        if isinstance(one, Failure):
            failures.append(one)
            continue
        path = os.path.join(directory, *one.receipt['filename'].split('/'))
        _make_directory(os.path.dirname(path))
        _write_whole(path, one.body)
        receipts.append(Receipt(one.receipt, path=path))
    return receipts, failures


def fetch_many(dates: Optional[Iterable[str]] = None, from_: Optional[str] = None, to: Optional[str] = None,
               distinct: bool = False, actpos: bool = False, full: bool = True,
               as_of: Optional[Union[str, int]] = None, night: str = 'local', strict: bool = False,
               all_slots: bool = False, fmt: str = 'txt', server: Optional[str] = None, cache: bool = True,
               offline: bool = False, bundle: Union[None, str, 'Bundle'] = None,
               notice: Optional[Callable[[str], None]] = None) -> Iterator[Union[Answer, Failure]]:
    """The files of many dates by one request, one by one: an Answer, or a Failure for a date that has none.

    dates: a list of dates; or, without it,
    from_, to: the nights from the one to the night before the other, or to now
    distinct: of a span every configuration once, named by the night from
        which on it holds: a program that takes the file of the nearest earlier
        date so has the right one; of a list of dates what differs

    The other arguments are those of `fetch`. Raises FplaneError for what concerns all of it.
    """
    question = _question(actpos, full, as_of, night, strict, all_slots, fmt)
    wanted = None if dates is None else [_datestr(one) for one in dates]
    if wanted is not None and (from_ is not None or to is not None):
        raise FplaneError('bad-parameter', 'dates is a list, from_ and to are a span: choose one')
    if wanted is None and from_ is None and not distinct:
        raise FplaneError('bad-parameter', 'give dates, or from_, the first night')
    span = None if wanted is not None else (from_, to, distinct)
    found = _many(wanted, span, question, server, cache, offline, bundle, notice)
    return _different(found) if distinct and wanted is not None else found


def _many(dates: Optional[List[str]], span: Optional[Tuple[Optional[str], Optional[str], bool]], question: _Question,
          server: Optional[str], cache: bool, offline: bool, bundle: Union[None, str, 'Bundle'],
          notice: Optional[Callable[[str], None]]) -> Iterator[Union[Answer, Failure]]:
    if bundle is not None:
        yield from _opened(bundle)._many(None, dates, span, question)
        return
    address = _address(server)
    kept = _Cache.of(address) if cache else None
    if not offline:
        entries = _ask_many(address, dates, span, question)
        try:
            first = next(entries, None)
        except FplaneError as error:
            if error.code != 'unavailable' or kept is None:
                raise
            entries = _Offline(kept, address, question).many(dates, span)
            try:
                first = next(entries, None)
            except FplaneError as unsure:
                raise FplaneError(unsure.code, '%s; %s' % (error.message, unsure.message)) from None
            _tell(notice, '%s; this is from the cache' % error.message)
        if first is not None:
            yield first
            yield from entries
        return
    yield from _Offline(kept, address, question).many(dates, span)


def _different(found: Iterator[Union[Answer, Failure]]) -> Iterator[Union[Answer, Failure]]:
    seen = set()
    for one in found:
        if isinstance(one, Answer):
            if one.receipt['digest'] in seen:
                continue
            seen.add(one.receipt['digest'])
        yield one


def fetch_bundle(filename: Optional[str] = None, as_of: Optional[Union[str, int]] = None,
                 server: Optional[str] = None) -> 'Bundle':
    """Everything that is needed to answer without the server, into a file, or without filename into the cache."""
    address = _address(server)
    if filename is None and as_of is not None:
        raise FplaneError('bad-parameter', 'the cache holds the newest bundle only: give the filename of another')
    query = '' if as_of is None else '?' + urlencode({'as_of': str(as_of)})
    with _open(address, '/bundle' + query) as response:
        text = _text(_read(response))
    bundle = Bundle(text, 'what the server sent')
    if filename is not None:
        _write_whole(filename, text)
        return bundle
    cache = _Cache.of(address)
    if cache is None:
        raise FplaneError('bad-parameter', 'there is no cache: FPLANE_CACHE is off, or there is no home directory; '
                          'give a filename')
    newest = cache.newest_bundle()
    if newest > bundle.revision:
        _tell(None, 'warning: the cache has a bundle of revision %d of this address, and answers from that: if another '
              'record is served there now, delete %s' % (newest, cache.root))
    cache.keep_bundle(bundle.revision, text)
    return bundle


# The server

def _address(server: Optional[str]) -> str:
    given = server or os.environ.get('FPLANE_SERVER') or FPLANE_SERVER
    if not re.match('[A-Za-z][A-Za-z0-9+.-]*://', given):
        given = 'http://' + given
    wrong = FplaneError('bad-parameter', 'the server has no address such as http://localhost:5000')
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise wrong
    if parts.query or parts.fragment or '@' in parts.netloc:
        raise wrong
    host = '[%s]' % parts.hostname if ':' in parts.hostname else parts.hostname
    default = {'http': 80, 'https': 443}[parts.scheme]
    return '%s://%s%s%s' % (parts.scheme, host, '' if port in (None, default) else ':%d' % port,
                            parts.path.rstrip('/'))


def _key() -> Optional[str]:
    key = os.environ.get('FPLANE_APIKEY', '').strip()
    path = os.environ.get('FPLANE_APIKEY_FILE')
    if not key and path:
        key = _content(path).strip()
    if key and not re.match('[!-~]+\\Z', key):
        raise FplaneError('bad-parameter', 'the key is no key: it is one word of printable ASCII (FPLANE_APIKEY, or the '
                          'only line of the file FPLANE_APIKEY_FILE)')
    return key or None


class _Redirects(HTTPRedirectHandler):
    """A question with a body would be sent on without it, and be another one."""

    def redirect_request(self, req: Any, *told: Any) -> Any:
        return None if req.data is not None else HTTPRedirectHandler.redirect_request(self, req, *told)


def _open(address: str, path: str, body: Optional[bytes] = None) -> Any:
    headers = {} if body is None else {'Content-Type': 'application/json'}
    request = Request(address + path, body, headers)
    key = _key()
    if key is not None:
        request.add_unredirected_header('Authorization', 'FPS_API APIKEY=' + key)  # it is for this server alone
    try:
        return build_opener(_Redirects).open(request, timeout=TIMEOUT)
    except HTTPError as e:
        raise _refusal(e) from None
    except (URLError, OSError, http.client.HTTPException, UnicodeError) as e:  # the last of a name that none can be
        raise _away(getattr(e, 'reason', e)) from None


def _away(why: Any) -> FplaneError:
    return FplaneError('unavailable', 'the server cannot be reached, or is no fplane server: %s' % why)


def _refusal(error: HTTPError) -> FplaneError:
    prefix = 'Failed to retrieve fplane file, server responded with %d %s: ' % (error.code, error.reason)
    elsewhere = error.headers.get('Location')
    if error.code // 100 == 3 and elsewhere:
        return FplaneError('unavailable', 'it sends on to %s: give the server that address' % elsewhere, None, prefix)
    try:
        told = json.loads(error.read().decode('utf-8'))
        code, message = told['code'], told['message']
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        return FplaneError('unavailable', 'it answers HTTP %d' % error.code, None, prefix)
    details = {name: value for name, value in told.items()
               if name not in ('code', 'message', 'type', 'title', 'status', 'detail')}
    return FplaneError(code, message, details, prefix)


def _read(response: Any) -> bytes:
    try:
        body = response.read()  # type: bytes
        return body
    except (OSError, http.client.HTTPException) as e:
        raise _away('its answer broke off: %s' % e) from None


def _text(body: bytes) -> str:
    try:
        return body.decode('utf-8')
    except UnicodeDecodeError:
        raise _away('its answer is no text') from None


def _sendable(text: str, code: str, message: str) -> str:
    """An argument of a command may hold bytes that are no text."""
    try:
        text.encode('utf-8')
    except UnicodeEncodeError:
        raise FplaneError(code, message % json.dumps(text)) from None
    return text


_BEGINNINGS = {'txt': '# $Id$\n', 'ds9': '# Region file format: DS9'}


def _ask(address: str, datestr: str, question: _Question) -> Answer:
    """One file by GET, so that a proxy on the way may keep it. Of the other forms only DS9 regions tell all of a receipt."""
    if question.format not in _BEGINNINGS:
        one = next(_ask_many(address, [datestr], None, question))
        if isinstance(one, Failure):
            raise one.error
        return one
    parameters = question.parameters('format')
    with _open(address, '/fplane/%s?%s' % (quote(datestr, ':'), urlencode(sorted(parameters.items())))) as response:
        body = _text(_read(response))
        head = response.headers
    if head.get('X-FPlane-Instant') is None or not body.startswith(_BEGINNINGS[question.format]):
        raise _away('it answered with no fplane file')
    digest = _sha256(body)
    told = re.search('^# .*sha256 of the text form ([0-9a-f]{64})$', body, re.MULTILINE)
    named = re.match('attachment; filename="([^"/\\\\]+)"$', head.get('Content-Disposition', ''))
    facts = {'filename': named.group(1) if named else 'fplane.txt', 'instant': head['X-FPlane-Instant'],
             'validFrom': head['X-FPlane-Valid-From'], 'validUntil': head.get('X-FPlane-Valid-Until'),
             'confirmedUntil': head.get('X-FPlane-Confirmed-Until'), 'revision': int(head['X-FPlane-Revision']),
             'pinned': 'immutable' in head.get('Cache-Control', ''),
             'sha256': told.group(1) if told else digest, 'digest': digest}
    if head.get('Repr-Digest') != 'sha-256=:%s:' % _base64(digest):
        raise FplaneError('internal', 'the file arrived damaged: its digest is not the one that the answer names')
    return Answer(body, question.receipt(address, datestr, facts))


def _ask_many(address: str, dates: Optional[List[str]], span: Optional[Tuple[Optional[str], Optional[str], bool]],
              question: _Question) -> Iterator[Union[Answer, Failure]]:
    parameters = question.parameters('body')
    body = None if dates is None else json.dumps({'dates': dates}).encode('utf-8')
    if span is not None:
        for name, value in (('from', span[0]), ('to', span[1]), ('nights', None if span[2] else '1')):
            if value is not None:
                parameters[name] = str(value)
    bodies = {}  # type: Dict[str, str]
    count = 0
    with _open(address, '/fplanes?' + urlencode(sorted(parameters.items())), body) as response:
        for line in _lines(response):
            count += 1
            try:
                one = _entry(address, json.loads(line), bodies, question)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise _away('it answered with what is no list of fplane files') from None
            yield one
    if dates is not None and count != len(dates):
        raise _away('it answered %d of %d dates' % (count, len(dates)))


def _lines(response: Any) -> Iterator[str]:
    """Not by iterating over it: that takes an answer that breaks off between two lines for a whole one."""
    rest = b''
    while True:
        try:
            chunk = response.read(65536)
        except (OSError, http.client.HTTPException) as e:
            raise _away('its answer broke off: %s' % e) from None
        if not chunk:
            break
        lines = (rest + chunk).split(b'\n')
        rest = lines.pop()
        for line in lines:
            yield _text(line)
    if rest or getattr(response, 'length', None):  # what is missing of a length that was told
        raise _away('its answer broke off')


def _entry(address: str, entry: Dict[str, Any], bodies: Dict[str, str], question: _Question) -> Union[Answer, Failure]:
    if 'error' in entry:
        return _failure(entry)
    if not re.match(r'(between-nights/)?fplane[\w.:+-]*\Z', entry['filename']):  # else it is written elsewhere
        raise FplaneError('unavailable', 'the server\'s answer is not used: %s is no name of a focal-plane file'
                          % json.dumps(entry['filename']))
    if 'body' in entry:
        if _sha256(entry['body']) != entry['digest']:
            raise FplaneError('internal', '%s arrived damaged' % entry['filename'])
        bodies[entry['digest']] = entry['body']
    return Answer(bodies[entry['digest']], question.receipt(address, entry['datestr'], entry))


def _failure(entry: Dict[str, Any]) -> Failure:
    told = dict(entry['error'])
    code, message = told.pop('code'), told.pop('message')
    prefix = ''
    if code in _STATUSES:
        prefix = 'Failed to retrieve fplane file, server responded with %s: ' % _STATUSES[code]
    error = FplaneError(code, message, told, prefix)
    return Failure(entry.get('datestr'), entry.get('validFrom'), entry.get('validUntil'), error)


# The cache: files named by what is in them or by what was asked, written beside and renamed

class _Cache:
    def __init__(self, root: str, server: str) -> None:
        self.root = root
        self.server = server
        self.directory = os.path.join(root, 'v1')

    @staticmethod
    def of(server: str) -> Optional['_Cache']:
        own = os.environ.get('FPLANE_CACHE')
        if own == 'off':
            return None
        if own:
            return _Cache(own, server)
        home = os.environ.get('XDG_CACHE_HOME')
        if not home and os.environ.get('HOME'):
            home = os.path.join(os.environ['HOME'], '.cache')
        return _Cache(os.path.join(home, 'fplane'), server) if home else None

    def find(self, datestr: str, question: _Question) -> Optional[Answer]:
        folder, key = self._place(question.receipt(self.server, datestr, _Anything()))
        receipts = [_read_entry(os.path.join(folder, key + '.pinned.json'))]
        if receipts[0] is None:
            receipts = [_read_entry(path) for path in _newest_first(folder, key, '.json')]
        for receipt in receipts:
            body = None if receipt is None else _read_checked(self._object(receipt['digest']), receipt['digest'])
            if receipt is not None and body is not None:
                return Answer(body, receipt)
        return None

    def keep(self, answer: Answer) -> None:
        receipt = answer.receipt
        if _means_now(receipt['datestr']):
            return  # what was valid now is never asked again
        try:
            path = self._object(receipt['digest'])
            if _read_checked(path, receipt['digest']) is None:
                _write_beside(path, answer.body)
            folder, key = self._place(receipt)
            line = json.dumps(receipt)
            name = 'pinned' if receipt['pinned'] else '%d' % receipt['revision']
            _write_beside(os.path.join(folder, '%s.%s.json' % (key, name)), '%s\n%s\n' % (line, _sha256(line)))
            if not receipt['pinned']:
                _forget_older(folder, key, '.json', receipt['revision'])
        except OSError:
            pass  # a cache that cannot be written costs nothing but itself

    def bundle(self) -> Optional['Bundle']:
        for path in _newest_first(os.path.join(self.directory, 'bundles'), _sha256(self.server), '.ndjson'):
            try:
                return Bundle.read(path)
            except FplaneError:
                continue  # a damaged one is none
        return None

    def newest_bundle(self) -> int:
        """Its number, without looking into it; 0 for none."""
        found = _revisions(os.path.join(self.directory, 'bundles'), _sha256(self.server), '.ndjson')
        return found[0] if found else 0

    def keep_bundle(self, revision: int, text: str) -> None:
        folder, key = os.path.join(self.directory, 'bundles'), _sha256(self.server)
        try:
            _write_beside(os.path.join(folder, '%s.%d.ndjson' % (key, revision)), text)
            _forget_older(folder, key, '.ndjson', revision)
        except OSError as e:
            raise FplaneError('bad-parameter', 'the cache %s cannot be written: %s' % (self.root, e)) from None

    def _place(self, asked: Receipt) -> Tuple[str, str]:
        variant = ['actual' if asked['actualPositions'] else 'nominal', asked['layout'],
                   'strict' if asked['strict'] else 'lenient', asked['format']]
        if asked.get('pointing'):
            variant.append('%s %s %s' % tuple(asked['pointing'][name] for name in ('ra', 'dec', 'pa')))
        key = _sha256('\n'.join(['fplane 1', asked['server'] or '', asked['datestr'], asked['asOf'] or '',
                                 asked['night']] + variant))
        return os.path.join(self.directory, 'answers', key[:2]), key

    def _object(self, digest: str) -> str:
        return os.path.join(self.directory, 'objects', digest[:2], digest)


class _Anything(Dict[str, Any]):
    def __missing__(self, name: str) -> None:
        return None


def _read_entry(path: str) -> Optional[Receipt]:
    lines = (_read_text(path) or '').split('\n')
    if len(lines) < 2 or _sha256(lines[0]) != lines[1]:
        return None
    return Receipt(json.loads(lines[0]))


def _read_checked(path: str, digest: str) -> Optional[str]:
    text = _read_text(path)
    return text if text is not None and _sha256(text) == digest else None


def _read_text(path: str) -> Optional[str]:
    try:
        with open(path, 'rb') as found:
            return found.read().decode('utf-8')
    except (OSError, UnicodeDecodeError):
        return None


def _revisions(folder: str, key: str, ending: str) -> List[int]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    pattern = re.compile('%s\\.(\\d+)%s$' % (key, re.escape(ending)))
    found = [pattern.match(name) for name in names]
    return sorted((int(match.group(1)) for match in found if match), reverse=True)


def _newest_first(folder: str, key: str, ending: str) -> List[str]:
    return [os.path.join(folder, '%s.%d%s' % (key, revision, ending)) for revision in _revisions(folder, key, ending)]


def _forget_older(folder: str, key: str, ending: str, revision: int) -> None:
    for older in _revisions(folder, key, ending):
        if older < revision:
            try:
                os.remove(os.path.join(folder, '%s.%d%s' % (key, older, ending)))
            except OSError:
                pass  # another process was quicker


def _write_beside(path: str, text: str, sync: bool = False) -> None:
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, '.tmp-%s' % uuid.uuid4())
    if folder:
        os.makedirs(folder, exist_ok=True)
    try:
        with open(temporary, 'wb') as written:
            written.write(text.encode('utf-8'))
            if sync:
                written.flush()
                os.fsync(written.fileno())
        os.replace(temporary, path)
    except BaseException:
        try:
            os.remove(temporary)
        except OSError:
            pass
        raise


def _make_directory(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as e:
        raise FplaneError('bad-parameter', '%s cannot be made a directory: %s' % (path, e)) from None


def _write_whole(path: str, text: str) -> None:
    """A reader sees the old file or the new one, never half of it.

    A device or a pipe is written to; of a link it is the file that it leads to.
    """
    try:
        target = os.path.realpath(path) if os.path.islink(path) else path
        if os.path.islink(target):
            raise OSError('it is a link that leads round in a circle')
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, 'wb') as device:
                device.write(text.encode('utf-8'))
        else:
            folder = os.path.dirname(target)
            if folder and not os.path.isdir(folder):
                raise OSError('there is no directory %s' % folder)
            _write_beside(target, text, sync=True)
    except OSError as e:
        raise FplaneError('bad-parameter', '%s cannot be written: %s' % (path, e)) from None


class _Offline:
    """Answers without the server, from the cache, what cannot have been overtaken."""

    def __init__(self, cache: Optional[_Cache], server: str, question: _Question) -> None:
        if cache is None:
            raise FplaneError('bad-parameter', 'there is no cache, or it is not to be used')
        self.cache = cache
        self.server = server
        self.question = question
        self.bundle = cache.bundle()

    def is_sure(self) -> bool:
        return self.bundle is not None and self.question.as_of == str(self.bundle.revision)

    def get(self, datestr: str) -> Answer:
        if _means_now(datestr):
            raise FplaneError('unavailable', 'what is valid now only the server knows; a date can be asked for')
        kept = self.cache.find(datestr, self.question)
        if kept is not None and kept.receipt['pinned']:
            return kept
        reason = 'the cache has no answer for %s' % datestr
        newer = kept
        if self.bundle is not None:
            try:
                bundled = self.bundle._answer(self.server, datestr, self.question)
                bundled.receipt['pinned'] = self.is_sure()
                if kept is None or bundled.receipt['revision'] > kept.receipt['revision']:
                    newer = bundled
            except FplaneError as error:
                if error.code == 'bad-date' or self.is_sure():
                    raise
                reason = '%s: %s' % (reason, error.message)
        if newer is None:
            raise FplaneError('unavailable', reason if self.bundle else '%s that %s gave' % (reason, self.server))
        confirmed = newer.receipt['confirmedUntil']
        if newer.receipt['pinned'] or (confirmed and _instant(newer.receipt['instant']) <= _instant(confirmed)):
            return newer
        until = 'is confirmed until %s' % confirmed if confirmed else 'never was confirmed'
        pinned = '; as of revision %d it can be asked for' % self.bundle.revision if self.bundle else ''
        raise FplaneError('unavailable', 'what the cache has for %s %s, and may have been overtaken since%s'
                          % (datestr, until, pinned))

    def many(self, dates: Optional[List[str]],
             span: Optional[Tuple[Optional[str], Optional[str], bool]]) -> Iterator[Union[Answer, Failure]]:
        if span is not None and self.bundle is None:
            raise FplaneError('unavailable', 'without a bundle the cache knows only single dates: fetch one')
        if self.bundle is not None and (self.is_sure() or (span is not None and span[2])):
            question = self.question._replace(strict=self.question.strict or not self.is_sure())
            yield from self.bundle._many(self.server, dates, span, question)
            return
        if dates is None:
            dates = self.bundle._nights(span, self.question) if self.bundle and span else []
        for datestr in dates:
            try:
                yield self.get(datestr)
            except FplaneError as error:
                yield Failure(datestr, None, None, error)


# Bundles

class Bundle:
    """All that one revision knows: any date can be asked for, in any variant.

    revision: its number; tag: the name as which it was asked for, or None
    """

    def __init__(self, text: str, name: str = 'the bundle') -> None:
        def wrong(why: str) -> FplaneError:
            return FplaneError('bad-parameter', '%s %s' % (name, why))

        if not text.startswith('{"fplaneBundle":'):
            raise wrong('is no bundle')
        start = text.rfind('\n', 0, len(text) - 1) + 1
        content = text[:start]
        try:
            end = json.loads(text[start:])['end']
        except (ValueError, KeyError, TypeError):
            end = None
        if end is None or not text.endswith('\n'):
            raise wrong('is cut short: the end of the bundle is missing')
        if end.get('sha256') != _sha256(content):
            raise wrong('is damaged: its digest is not the one that it ends with')
        try:
            lines = [json.loads(line) for line in content.split('\n')[:-1]]
            self._load(lines[0], lines[1:], wrong)
        except (ValueError, KeyError, TypeError) as e:
            raise wrong('is not understood: %s' % e) from None

    @staticmethod
    def read(path: str) -> 'Bundle':
        """Reads one from a file. Raises FplaneError for one that is not whole."""
        return Bundle(_content(path), path)

    def fetch(self, datestr: str = '', actpos: bool = False, full: bool = True, as_of: Optional[str] = None,
              night: str = 'local', strict: bool = False, all_slots: bool = False) -> Answer:
        """The focal-plane file that was valid at a date, as `fetch` gives it."""
        return self._answer(None, _datestr(datestr), _question(actpos, full, as_of, night, strict, all_slots, 'txt'))

    def _load(self, head: Dict[str, Any], rows: List[Dict[str, Any]], wrong: Callable[[str], FplaneError]) -> None:
        if head['fplaneBundle'] != 1:
            raise wrong('is of another version; this program reads bundles of version 1')
        self.revision = head['revision']  # type: int
        self.tag = head['tag']  # type: Optional[str]
        self.recorded_at = head['recordedAt']  # type: str
        self.horizon = None if head['horizon'] is None else _instant(head['horizon'])
        self.offsets = [(None if since is None else _instant(since), seconds * 1000000)
                        for since, seconds in head['offsets']]  # type: List[Tuple[Optional[int], int]]
        self.placements = {}  # type: Dict[str, List[Tuple[int, Optional[int], Any]]]
        self.positions = {}  # type: Dict[Tuple[str, str], List[Tuple[int, Optional[int], Any]]]
        self.confirmations = []  # type: List[Tuple[int, Optional[int]]]
        for row in rows:
            (kind, values), = row.items()
            since, until = _instant(values[-2]), None if values[-1] is None else _instant(values[-1])
            if kind == 'placement':
                self.placements.setdefault(values[0], []).append((since, until, values[1:5]))
            elif kind == 'position':
                self.positions.setdefault((values[0], values[1]), []).append((since, until, values[2:4]))
            elif kind == 'confirmation':
                self.confirmations.append((since, until))
            else:
                raise ValueError('there is a line %r' % kind)
        for own in list(self.placements.values()) + list(self.positions.values()):
            own.sort(key=lambda one: one[0])
        self.confirmations.sort(key=lambda one: one[0])

    def _answer(self, server: Optional[str], datestr: str, question: _Question) -> Answer:
        self._demand_revision(question)
        instant = self._resolve(datestr, question.night)
        horizon = self._horizon_for(question)
        if horizon is not None and instant >= horizon:
            raise FplaneError('beyond-horizon', "%s lies beyond the tag's horizon, %s"
                              % (_instant_text(instant), _instant_text(horizon)))
        stamp = datestr
        if _means_now(datestr):
            local = _EPOCH + datetime.timedelta(microseconds=instant + self._offset(instant))
            stamp = local.strftime('%Y%m%d')
        return self._answer_at(server, datestr, stamp, instant, question, not _means_now(datestr))

    def _horizon_for(self, question: _Question) -> Optional[int]:
        """Where the answers end: at the horizon of the tag; a revision that is asked for by its number has none."""
        return None if re.match('\\d+$', question.as_of or '') else self.horizon

    def _demand_revision(self, question: _Question) -> None:
        if question.format != 'txt':
            raise FplaneError('bad-parameter', 'a bundle gives text files here; `fplane get --bundle` gives other forms')
        if question.as_of not in (None, str(self.revision), self.tag):
            raise FplaneError('not-found', 'the bundle holds revision %d%s (recorded %s), not %s' % (
                self.revision, ', tag %s' % self.tag if self.tag else '', self.recorded_at, question.as_of))

    def _answer_at(self, server: Optional[str], datestr: str, stamp: str, instant: int, question: _Question,
                   pinned: bool) -> Answer:
        rows, since, until = self._configuration(instant, question.actual)
        confirmed = self._confirmed(since, until)
        if question.strict and (confirmed is None or instant > confirmed):
            raise FplaneError('unconfirmed', 'the focal plane at %s is not confirmed: %s' % (
                _instant_text(instant), 'no hardware status has confirmed it' if confirmed is None
                else 'confirmed until %s' % _instant_text(confirmed)))
        body = _render(rows, question.layout)
        digest = _sha256(body)
        facts = {'filename': 'fplane%s.txt' % stamp, 'instant': _instant_text(instant),
                 'validFrom': _instant_text(since), 'validUntil': None if until is None else _instant_text(until),
                 'confirmedUntil': None if confirmed is None else _instant_text(confirmed),
                 'revision': self.revision, 'pinned': pinned, 'sha256': digest, 'digest': digest}
        return Answer(body, question.receipt(server, datestr, facts))

    def _configuration(self, instant: int, actual: bool) -> Tuple[List[Any], int, Optional[int]]:
        """The rows at an instant, and the stretch over which they stay the same."""
        since, until = [], []  # type: List[int], List[int]

        def row_at(rows: List[Tuple[int, Optional[int], Any]]) -> Any:
            before = [row for row in rows if row[0] <= instant]
            if before and (before[-1][1] is None or instant < before[-1][1]):
                start, end, value = before[-1]  # type: Tuple[Optional[int], Optional[int], Any]
            else:
                start, value = (before[-1][1] if before else None), None
                end = rows[len(before)][0] if len(before) < len(rows) else None
            if start is not None:
                since.append(start)
            if end is not None:
                until.append(end)
            return value

        units = {seat: row_at(self.placements.get(seat, [])) for seat in _SEATS}
        if not any(units[seat] for seat in _VIRUS):
            raise self._absence(instant)
        rows = []  # type: List[Any]
        for seat in _SEATS:
            ifuid, specid, specslot, _contid = units[seat] or (None, None, None, None)
            builtin = _AUXILIARY.get(seat)
            position = None
            if ifuid is not None and (actual or builtin is not None):
                position = row_at(self.positions.get((seat, ifuid), []))
            if builtin is not None and units[seat] is None:
                rows.append((seat, builtin[0], builtin[1], builtin[2], builtin[2], builtin[2]))
            else:
                x, y = position or builtin and builtin[:2] or _nominal(seat)
                rows.append((seat, x, y, specid, specslot, ifuid))
        return rows, max(since), min(until) if until else None

    def _confirmed(self, since: int, until: Optional[int]) -> Optional[int]:
        before = [one for one in self.confirmations if until is None or one[0] < until]
        end = before[-1][1] if before else None
        if end is None or end <= since:
            return None
        return until if until is not None and end >= until else end - 1

    def _absence(self, instant: int) -> FplaneError:
        first = self._next_placement(None)
        at = _instant_text(instant)
        if first is not None and instant < first:
            begin = _instant_text(first)
            return FplaneError('no-configuration', '%s lies before the first recorded focal plane, which begins %s'
                               % (at, begin), {'reason': 'before-first', 'first': begin})
        return FplaneError('no-configuration', 'no focal plane is recorded for %s: it lies in a gap' % at,
                           {'reason': 'gap'})

    def _next_placement(self, after: Optional[int]) -> Optional[int]:
        starts = [row[0] for seat in _VIRUS for row in self.placements.get(seat, []) if after is None or row[0] > after]
        return min(starts) if starts else None

    def _many(self, server: Optional[str], dates: Optional[List[str]],
              span: Optional[Tuple[Optional[str], Optional[str], bool]],
              question: _Question) -> Iterator[Union[Answer, Failure]]:
        self._demand_revision(question)
        if span is not None and span[2]:
            yield from self._configurations(server, span, question)
            return
        for datestr in self._nights(span, question) if span is not None else dates or []:
            try:
                yield self._answer(server, datestr, question)
            except FplaneError as error:
                yield Failure(datestr, None, None, error)

    def _bound(self, datestr: Optional[str], night: str) -> int:
        parsed = _parse_datestr(datestr or '')
        if isinstance(parsed, int):
            return parsed
        date, always_ut = parsed
        evening = date - _DAY if always_ut or night == 'ut' else date
        return self._utc(evening, 12)

    def _nights(self, span: Tuple[Optional[str], Optional[str], bool], question: _Question) -> List[str]:
        begin, end = self._bound(span[0], question.night), self._bound(span[1], question.night)
        if begin >= end:
            raise FplaneError('bad-parameter', 'the span is empty: it ends before it begins')
        evening = (_EPOCH + datetime.timedelta(microseconds=begin)).date() - 2 * _DAY
        while self._utc(evening + _DAY, 12) <= begin:
            evening += _DAY
        nights = []
        while self._utc(evening, 12) < end:
            nights.append((evening + _DAY if question.night == 'ut' else evening).strftime('%Y%m%d'))
            evening += _DAY
        return nights

    def _configurations(self, server: Optional[str], span: Tuple[Optional[str], Optional[str], bool],
                        question: _Question) -> Iterator[Union[Answer, Failure]]:
        at = self._next_placement(None) if span[0] is None else self._bound(span[0], question.night)
        horizon = self._horizon_for(question)
        end = horizon if span[1] is None else self._bound(span[1], question.night)
        if at is not None and end is not None and at >= end:
            raise FplaneError('bad-parameter', 'the span is empty: it ends before it begins')
        if horizon is not None and end is not None and end > horizon:
            raise FplaneError('beyond-horizon', "the span ends after the tag's horizon, %s" % _instant_text(horizon))
        lenient = question._replace(strict=False)
        while at is not None and (end is None or at < end):
            try:
                _rows, since, until = self._configuration(at, question.actual)
            except FplaneError as error:
                begin, at = at, self._next_placement(at)
                yield Failure(None, _instant_text(begin), None if at is None else _instant_text(at), error)
                continue
            confirmed = self._confirmed(since, until)
            last = min(one for one in (until, end, _now()) if one is not None)
            if question.strict and (confirmed is None or confirmed < last - 1):
                unsure = FplaneError('unconfirmed', 'the focal plane from %s to %s is not confirmed: %s' % (
                    _instant_text(at), _instant_text(last), 'no hardware status has confirmed it' if confirmed is None
                    else 'until %s' % _instant_text(confirmed)))
                yield Failure(None, _instant_text(at), None if until is None else _instant_text(until), unsure)
            else:
                answer = self._named(server, since, until, lenient)
                answer.receipt['strict'] = question.strict
                yield answer
            at = until

    def _named(self, server: Optional[str], since: int, until: Optional[int], question: _Question) -> Answer:
        """Named by the first night whose midnight lies in it; without any, by its start, and kept apart."""
        evening = (_EPOCH + datetime.timedelta(microseconds=since)).date() - 2 * _DAY
        while self._utc(evening + _DAY, 0) < since:
            evening += _DAY
        midnight = self._utc(evening + _DAY, 0)
        if until is None or midnight < until:
            stamp = (evening + _DAY if question.night == 'ut' else evening).strftime('%Y%m%d')
            return self._answer_at(server, stamp, stamp, midnight, question, True)
        stamp = re.sub('[-:Z]', '', _instant_text(since))
        answer = self._answer_at(server, stamp, stamp, since, question, True)
        answer.receipt['filename'] = 'between-nights/' + answer.receipt['filename']
        return answer

    def _resolve(self, datestr: str, night: str) -> int:
        parsed = _parse_datestr(datestr)
        if isinstance(parsed, int):
            return parsed
        date, always_ut = parsed
        return self._utc(date if always_ut or night == 'ut' else date + _DAY, 0)

    def _offset(self, instant: int) -> int:
        return [seconds for since, seconds in self.offsets if since is None or since <= instant][-1]

    def _utc(self, date: datetime.date, hour: int) -> int:
        """The instant at which the clock at the telescope shows this hour; where it skips it, the next."""
        local = _microseconds(datetime.datetime(date.year, date.month, date.day, hour))
        found = [local - seconds for _since, seconds in self.offsets if self._offset(local - seconds) == seconds]
        if found:
            return min(found)
        return local - self._offset(local - 86400000000)


def _opened(bundle: Union[str, Bundle]) -> Bundle:
    return bundle if isinstance(bundle, Bundle) else Bundle.read(bundle)


# Instants: whole microseconds since 1970, UTC

_EPOCH = datetime.datetime(1970, 1, 1)
_DAY = datetime.timedelta(days=1)


def _microseconds(moment: datetime.datetime) -> int:
    return calendar.timegm(moment.timetuple()) * 1000000 + moment.microsecond


def _instant(text: str) -> int:
    whole, _, fraction = text.rstrip('Z').partition('.')
    moment = datetime.datetime.strptime(whole, '%Y-%m-%dT%H:%M:%S')
    return _microseconds(moment) + int(fraction.ljust(6, '0')[:6] or 0)


def _instant_text(instant: int) -> str:
    moment = _EPOCH + datetime.timedelta(microseconds=instant)
    text = '%04d-%02d-%02dT%02d:%02d:%02d' % moment.timetuple()[:6]
    return text + ('.%06d' % moment.microsecond).rstrip('0').rstrip('.') + 'Z'


def _now() -> int:
    return int(time.time() * 1000000)


def _datestr(given: Any) -> str:
    text = given.isoformat() if isinstance(given, datetime.datetime) else str(given)
    return _sendable(text, 'bad-date', '%s is no date: it is no text')


def _means_now(datestr: str) -> bool:
    return datestr in ('', 'latest', 'current')


_BARE = re.compile('(?:([0-9]{4})([0-9]{2})([0-9]{2})(\\.0|v[0-9]{3})?|([0-9]{4})-([0-9]{2})-([0-9]{2}))\\Z')
_JULIAN = re.compile('(MJD|JD)([0-9]+)(?:\\.([0-9]+))?\\Z')
_ZONE = '(Z|[+-][0-9]{2}:?[0-9]{2})?\\Z'
_TIMESTAMPS = [re.compile(form + _ZONE) for form in (
    '([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]{1,9}))?',
    '([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})(?:\\.([0-9]{1,9}))?',
    '([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?')]


def _parse_datestr(datestr: str) -> Union[int, Tuple[datetime.date, bool]]:
    """An instant, or a date and whether it is a UT date whatever reading is asked for."""
    if _means_now(datestr):
        return _now()
    try:
        bare = _BARE.match(datestr)
        if bare:
            year, month, day = [bare.group(i) or bare.group(i + 4) for i in (1, 2, 3)]
            return datetime.date(int(year), int(month), int(day)), (bare.group(4) or '').startswith('v')
        for form in _TIMESTAMPS:
            parts = form.match(datestr)
            if parts:
                return _timestamp(*parts.groups())
        julian = _JULIAN.match(datestr)
        if julian:
            days = Fraction(julian.group(2) + '.' + (julian.group(3) or '0'))
            epoch = Fraction(40587) if julian.group(1) == 'MJD' else Fraction('2440587.5')
            return _within(math.floor((days - epoch) * 86400000000 + Fraction(1, 2)))
    except (ValueError, OverflowError) as e:
        raise FplaneError('bad-date', '%s is no date: %s' % (json.dumps(datestr), e)) from None
    raise FplaneError('bad-date', '%s is no date: accepted are YYYYMMDD, YYYY-MM-DD, a shot id, a UTC timestamp, '
                      'MJD and JD' % json.dumps(datestr[:60]))


def _timestamp(year: str, month: str, day: str, hour: str, minute: str, second: Optional[str],
               fraction: Optional[str], zone: Optional[str]) -> int:
    seconds = int(second or 0)
    if seconds > 60:
        raise ValueError('second %d does not exist' % seconds)
    moment = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute))
    offset = 0
    if zone not in (None, 'Z'):
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        if hours > 23 or minutes > 59:
            raise ValueError('the offset %s is out of range' % zone)
        offset = (-1 if zone[0] == '-' else 1) * (hours * 3600 + minutes * 60)
    instant = _microseconds(moment) + (seconds - offset) * 1000000
    return _within(instant + int((fraction or '')[:6].ljust(6, '0')))


def _within(instant: int) -> int:
    _instant_text(instant)  # raises OverflowError outside the years 0001 to 9999
    return instant


# Focal-plane files

_VIRUS = [column + row for column, rows in (
    ('01', '3456'), ('02', '12345678'), ('03', '0123456789'), ('04', '0123456789'), ('05', '012345789'),
    ('06', '012345789'), ('07', '0123456789'), ('08', '0123456789'), ('09', '12345678'), ('10', '3456'))
    for row in rows]
_AUXILIARY = {
    '056': (-50.0, -150.0, '998'), '066': (50.0, -150.0, '999'), '555': (0.7, -73.13, '901'),
    '600': (-35.8, 12.3, '902'), '601': (-62.4, -16.1, '903'), '602': (-66.4, -11.7, '904'),
    '603': (-25.9, 17.5, '905'), '604': (-29.9, 21.9, '906'), '610': (-56.6, -6.6, '907'),
    '611': (-34.0, -19.0, '908'), '612': (-29.2, -15.4, '909'), '613': (-25.3, -11.0, '910'),
    '614': (-67.0, 16.8, '911'), '615': (-63.2, 21.3, '912'), '616': (-58.3, 24.8, '913')}
_SEATS = _VIRUS + sorted(_AUXILIARY)
_HEADER = '# $Id$\n# $Revision$\n# $Author$\n# $Date$\n# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC\n'


def _nominal(seat: str) -> Tuple[float, float]:
    return -450.0 + 100 * (int(seat[:2]) - 1), 450.0 - 100 * int(seat[2])


def _render(rows: List[Any], layout: str) -> str:
    lines = [_HEADER, _line('', ('000', 0.0, 0.0, '900', '900', '900'))]
    for row in rows:
        empty = row[3] is None and row[0] not in _AUXILIARY
        if layout != 'short':
            lines.append(_line('#' if empty and layout == 'full' else '', row))
        elif not empty and row[0] not in _AUXILIARY:
            lines.append(_line('', row))
    return ''.join(lines)


def _line(mark: str, row: Any) -> str:
    seat, x, y, specid, specslot, ifuid = row
    return '%s%s\t%8s\t%8s\t%s\t%s\t%s\t0.000\t1.000\n' % (
        mark, seat, _arcsec(x), _arcsec(y), specid or '000', specslot or '000', ifuid or '000')


def _arcsec(value: float) -> str:
    text = '%.3f' % value
    return '0.000' if text == '-0.000' else text


def parse_fplane(text: str) -> List[Row]:
    """The rows of a focal-plane file, row 000 among them, read as strictly as the strictest of its readers.

    A comment has its # in the first column; a commented row is a row that is
    not active. Every other line has exactly eight fields. There is no blank
    line, and no seat, IFU or spectrograph of VIRUS stands twice.

    Raises FplaneError (bad-fplane), which names the line.
    """
    if not text.endswith('\n'):
        raise _bad_line(text.count('\n') + 1, 'the file does not end with a newline')
    rows = []  # type: List[Row]
    seen = {}  # type: Dict[str, int]
    for number, line in enumerate(text.split('\n')[:-1], 1):
        if not line.strip() or not all(' ' <= c <= '~' or c == '\t' for c in line):
            raise _bad_line(number, 'it is blank, or holds what is no printable ASCII')
        fields = line.lstrip('#').split() if re.match('#[0-9]{3}[ \t]', line) else line.split()
        if line.startswith('#') and not (len(fields) == 8 and re.match('#[0-9]{3}[ \t]', line)):
            continue
        row = _row(number, fields, not line.startswith('#'))
        keys = ['seat ' + row.ifuslot]
        if row.active and row.ifuslot in _VIRUS:
            keys += ['%s %s' % (name, value) for name, value in (('IFUID', row.ifuid), ('SPECID', row.specid))
                     if value != '000']
        for key in keys:
            if key in seen:
                raise _bad_line(number, '%s stands in line %d already' % (key, seen[key]))
            seen[key] = number
        rows.append(row)
    if not rows:
        raise _bad_line(1, 'there is no row')
    return rows


def _row(number: int, fields: List[str], active: bool) -> Row:
    if len(fields) != 8:
        raise _bad_line(number, '%d fields instead of eight' % len(fields))
    for i in (0, 3, 4, 5):
        if not re.match('[0-9]{3}$', fields[i]):
            raise _bad_line(number, '%r is not three digits' % fields[i])
    if fields[0] != '000' and fields[0] not in _SEATS:
        raise _bad_line(number, 'there is no seat %s' % fields[0])
    numbers = []
    for i in (1, 2, 6, 7):
        if not re.match('[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$', fields[i]):
            raise _bad_line(number, '%r is no number' % fields[i])
        numbers.append(float(fields[i]))
    return Row(fields[0], numbers[0], numbers[1], fields[3], fields[4], fields[5], numbers[2], numbers[3], active)


def _bad_line(number: int, why: str) -> FplaneError:
    return FplaneError('bad-fplane', 'line %d: %s' % (number, why), {'line': number})


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode('utf-8')).hexdigest()


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode('ascii')


def _tell(notice: Optional[Callable[[str], None]], message: str) -> None:
    if notice is None:
        _say('fplane: %s' % message)
    else:
        notice(message)


# The command

class _Once(argparse.Action):
    """Of two values the last would count, and an empty one is mostly a variable that is not set: as `fplane` has it."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any,
                 option_string: Optional[str] = None) -> None:
        given = namespace.__dict__.setdefault('given', set())
        if option_string and values == '':
            parser.error('%s is empty: give it a value, or leave it away' % option_string)
        if self.dest in given:
            parser.error('%s is given twice: it takes one value, once' % option_string)
        given.add(self.dest)
        setattr(namespace, self.dest, values)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='fplane.py', description='Which focal plane was valid at this date?')
    parser.add_argument('--version', action='version', version=__version__)
    commands = parser.add_subparsers(dest='command', metavar='get|bundle|rows')
    get = commands.add_parser('get', help='fetch the focal-plane file that was valid at a date, or those of many dates')
    get.register('action', None, _Once)
    get.add_argument('datestr', nargs='?', help='a date, a timestamp (UTC), a shot id; nothing is now')
    get.add_argument('-o', '--output', metavar='FILE', help='file to write, - for stdout; else fplane{datestr}.txt')
    get.add_argument('-s', '--short', action='store_true', help='only the active VIRUS units')
    get.add_argument('-p', '--actual-pos', action='store_true', help='measured positions where there are any')
    get.add_argument('--all-slots', action='store_true', help='every seat, no row commented out')
    get.add_argument('--format', default='txt', choices=['txt', 'json', 'csv', 'ecsv', 'ds9'], help='form of the answer')
    for name, meaning in (('ra', 'with --format ds9, for regions in the sky: right ascension of the IHMP centre'),
                          ('dec', 'declination of the centre, ICRS; of the south --dec=-5'),
                          ('pa', 'position angle of the focal plane')):
        get.add_argument('--' + name, metavar='DEGREES', help=meaning)
    get.add_argument('--as-of', metavar='REV', help='as it was known at a revision, a tag or a time')
    get.add_argument('--ut', action='store_true', help='a date without a time is a UT date, the way data are named')
    get.add_argument('--strict', action='store_true', help='refuse an answer that no hardware status confirms')
    get.add_argument('--from', dest='from_', metavar='DATE', help='a file for each night from this one on')
    get.add_argument('--to', metavar='DATE', help='and before this one; else up to now')
    get.add_argument('--dates', metavar='FILE', help='a file for each date in it, one a line; - is stdin')
    get.add_argument('--distinct', action='store_true', help='of many only what differs: a file per configuration')
    get.add_argument('-d', '--dir', metavar='DIR', help='where the files of many go; made when it is missing')
    get.add_argument('--offline', action='store_true', help='ask the cache only, never the server')
    get.add_argument('--bundle', metavar='FILE', help='answer from this bundle, not from the server')
    get.add_argument('--fresh', action='store_true', help='neither read nor write the cache')
    get.add_argument('--json', action='store_true', help='print a receipt')
    bundle = commands.add_parser('bundle', help='fetch everything that is needed to answer without the server')
    bundle.register('action', None, _Once)
    bundle.add_argument('-o', '--output', metavar='FILE', help='file to write; else the cache')
    bundle.add_argument('--as-of', metavar='REV', help='as it was known at a revision, a tag or a time')
    rows = commands.add_parser('rows', help='read a focal-plane file strictly, and print its rows as JSON')
    rows.add_argument('file', metavar='FILE', help='- is stdin')
    for command in (get, bundle):
        command.add_argument('--server', metavar='URL', help='address of the server; else FPLANE_SERVER')
    return parser


def main(argv: Optional[List[str]] = None) -> int:
    """The command. Returns the exit code; those of argparse are 2, too."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        if args.command == 'get':
            many = args.from_ or args.to or args.dates or args.distinct
            return _run_many(args) if many else _run_get(args)
        if args.command == 'bundle':
            bundle = fetch_bundle(args.output, args.as_of, args.server)
            _say('%s: all that revision %d knows' % (args.output or 'the cache', bundle.revision))
            return 0
        if args.command == 'rows':
            text = _content(args.file)
            _print(json.dumps([row._asdict() for row in parse_fplane(text)], indent=2) + '\n')
            return 0
        raise FplaneError('bad-parameter', 'which command? There are get, bundle, rows; --help tells more')
    except FplaneError as error:
        _say('fplane: %s' % error.message)
        return error.exit_code
    except BrokenPipeError:
        return 141
    except KeyboardInterrupt:
        _say('fplane: interrupted')
        return 130


def _content(path: str) -> str:
    name = 'standard input' if path == '-' else path
    try:
        if path == '-':
            typed = _open_stream(sys.stdin).read()
            return typed if isinstance(typed, str) else typed.decode('utf-8')
        with open(path, 'rb') as found:
            return found.read().decode('utf-8')
    except OSError as e:
        raise FplaneError('bad-parameter', '%s cannot be read: %s' % (name, e)) from None
    except UnicodeDecodeError:
        raise FplaneError('bad-parameter', '%s is no text' % name) from None


def _open_stream(stream: Any) -> Any:
    """The bytes of a standard stream, or in a notebook its text; Python has None for one that is closed."""
    if stream is None:
        raise OSError('it is closed')
    return getattr(stream, 'buffer', stream)


def _say(message: str) -> None:
    """What is said beside the value; where nobody can be told, the work is done all the same."""
    try:
        sys.stderr.write(message + '\n')
        sys.stderr.flush()
    except AttributeError:
        pass  # it is closed
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _print(text: str) -> None:
    """All of it, as it is: what is written when the program ends nobody could be told of."""
    try:
        stream = _open_stream(sys.stdout)
        stream.write(text if stream is sys.stdout else text.encode('utf-8'))
        stream.flush()
    except OSError as e:
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # where the rest may go
        if isinstance(e, BrokenPipeError):
            raise
        raise FplaneError('bad-parameter', 'standard output cannot be written: %s' % e) from None


def _options(args: argparse.Namespace) -> Dict[str, Any]:
    return {'actpos': args.actual_pos, 'full': not args.short, 'as_of': args.as_of, 'night': 'ut' if args.ut else 'local',
            'strict': args.strict, 'all_slots': args.all_slots, 'fmt': args.format, 'server': args.server,
            'cache': not args.fresh, 'offline': args.offline, 'bundle': args.bundle}


def _run_get(args: argparse.Namespace) -> int:
    if args.dir is not None:
        raise FplaneError('bad-parameter', '--dir is for many files: --from, --dates or --distinct')
    if args.json and args.output == '-':
        raise FplaneError('bad-parameter', '--json and --output - both print to standard output: choose one')
    body, receipt = fetch(args.datestr or '', ra=args.ra, dec=args.dec, pa=args.pa, **_options(args))
    path = args.output or receipt['filename']
    if path == '-':
        _print(body)
        return 0
    _write_whole(path, body)
    until = 'until %s' % receipt['validUntil'] if receipt['validUntil'] else 'on'
    _say('%s: valid from %s %s, revision %d' % (path, receipt['validFrom'], until, receipt['revision']))
    if args.json:
        _print(Receipt(receipt, path=path).to_json())
    return 0


def _run_many(args: argparse.Namespace) -> int:
    if args.datestr is not None or args.output is not None:
        raise FplaneError('bad-parameter', 'a date and --output are for one file; --dir says where many go')
    if (args.ra, args.dec, args.pa) != (None, None, None):
        raise FplaneError('bad-parameter', '--ra, --dec and --pa are for one file: a pointing is that of one date')
    dates = None
    if args.dates is not None:
        text = _content(args.dates)
        lines = [line.strip() for line in text.splitlines()]
        dates = [line for line in lines if line and not line.startswith('#')]
        if not dates:
            raise FplaneError('bad-parameter', '%s has no date: one a line is wanted' % args.dates)
    directory = args.dir or '.'
    receipts, failures = get_fplanes(directory, dates, args.from_, args.to, args.distinct, **_options(args))
    for failure in failures[:20]:
        where = failure.datestr or 'from %s %s' % (
            failure.valid_from, 'until %s' % failure.valid_until if failure.valid_until else 'on')
        _say('%s: %s' % (where, failure.error.message))
    if len(failures) > 20:
        _say('and %d more without a file' % (len(failures) - 20))
    different = len({receipt['digest'] for receipt in receipts})
    revisions = ', '.join(str(revision) for revision in sorted({receipt['revision'] for receipt in receipts}))
    by = ', revision %s' % revisions if revisions else ''
    _say('%s: %d files, %d different%s' % (directory, len(receipts), different, by))
    if args.json:
        errors = [{'datestr': one.datestr, 'validFrom': one.valid_from, 'validUntil': one.valid_until,
                   'error': dict(one.error.details, code=one.error.code, message=one.error.message)} for one in failures]
        _print(json.dumps({'files': receipts, 'errors': errors}, indent=2) + '\n')
    return failures[0].error.exit_code if failures else 0


if __name__ == '__main__':
    sys.exit(main())
