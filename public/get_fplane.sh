#!/bin/sh
# Fetches the HETDEX focal-plane file that was valid at a date. It needs a POSIX shell and curl or wget, nothing else.

server=${FPLANE_SERVER:-http://localhost:5000}
server=${server%/}

usage() {
  cat <<EOF
usage: get_fplane.sh [-s] [-p] [-o FILE] [DATE]

Fetches the HETDEX focal-plane file that was valid at DATE, without DATE the one of now, from
$server (or from the address in FPLANE_SERVER).

  DATE     20180715: the night that starts on this date; or a UTC timestamp, the DATE-OBS of a
           FITS header: 2018-07-16T02:38:23; or a shot: 20180716v017
  -o FILE  the file to write, - for stdout; else fplaneDATE.txt, without DATE fplaneYYYYMMDD.txt of today
           at the telescope
  -s       short: only the active VIRUS units
  -p       exact (measured) positions where there are any
  -h       this help

On an error nothing is written. Exit codes: 0 fetched, 1 error, 2 wrong use or date, 3 no configuration for
this date, 4 not allowed, 5 refused, 6 server not reached or busy.
EOF
}

fail() {
  printf 'get_fplane.sh: %s\n' "$2" >&2
  exit "$1"
}

misuse() {
  printf 'get_fplane.sh: %s\n' "$1" >&2
  usage >&2
  exit 2
}

# Options may stand before and after the date.
read_arguments() {
  datestr='' output='' actual_pos=0 full_fplane=1
  while [ "$#" -gt 0 ]; do
    OPTIND=1
    while getopts :o:sph option; do
      case $option in
        o) output=$OPTARG; [ -n "$output" ] || misuse "-o needs the name of a file" ;;
        s) full_fplane=0 ;;
        p) actual_pos=1 ;;
        h) usage; exit 0 ;;
        :) misuse "-$OPTARG needs the name of a file" ;;
        *) misuse "there is no option -$OPTARG" ;;
      esac
    done
    shift $((OPTIND - 1))
    [ "$#" -gt 0 ] || break
    [ -z "$datestr" ] || misuse "there is one DATE at most: $datestr or $1?"
    datestr=$1
    shift
  done
}

# A plus sign or anything else with a meaning in an address is sent as %XX, and all of the date with it.
encoded() {
  case $1 in
    *[!A-Za-z0-9:._-]*) printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g' ;;
    *) printf '%s' "$1" ;;
  esac
}

# The temporary file lies beside the one to write, so that the last step is a rename. What is no regular file, as
# /dev/null, is written to instead of being replaced. The file of now has no name before the server has told it.
open_temporary() {
  directory=${TMPDIR:-/tmp}
  if [ "$output" != - ]; then
    replace "${output:-fplane$datestr.txt}"
    is_device "$replaced" || directory=${replaced%/*}/
  fi
  case $output,$datestr in
    ,*/*) directory=. ;; # what is wrong with such a date the server says
  esac
  temporary=$(mktemp "${directory%/}/.fplane.XXXXXX") || fail 2 "nothing can be written in $directory"
  # mktemp makes it private; it gets the permissions of any new file.
  chmod '=rw' "$temporary"
}

is_device() {
  [ -e "$1" ] && [ ! -f "$1" ]
}

# Sets what is to be replaced: of a link the file that it leads to, which need not be there yet.
replace() {
  case $1 in
    /*) replaced=$1 ;;
    *) replaced=./$1 ;;
  esac
  links=0
  while [ -h "$replaced" ]; do
    links=$((links + 1))
    [ "$links" -le 40 ] || fail 2 "$1 is a link that leads round in a circle"
    target=$(readlink "$replaced") || fail 2 "$1 is a link that cannot be read"
    case $target in
      /*) replaced=$target ;;
      *) replaced=${replaced%/*}/$target ;;
    esac
  done
  [ ! -d "$replaced" ] || fail 2 "$1 is a directory: what is fetched is a file"
}

# Sets status to that of the answer, 000 without a whole one, and headers; its body goes to the temporary file.
ask() {
  if command -v curl >/dev/null; then
    ask_with_curl "$1"
  elif command -v wget >/dev/null; then
    ask_with_wget "$1"
  else
    fail 1 "neither curl nor wget is here: one of them is needed"
  fi
}

ask_with_curl() {
  headers=$(curl -gsSL --connect-timeout 20 --max-time 120 -D - -o "$temporary" -w '%{http_code}' "$1")
  result=$?
  status=$(printf '%s\n' "$headers" | tail -n 1)
  case $result in
    0) ;;
    23) fail 1 "the answer could not be written: is the disk full?" ;;
    *) status=000 ;;
  esac
}

ask_with_wget() {
  url=$1
  set -- -q -S
  # Other programs of this name have neither these options nor a need for them.
  if wget --version 2>/dev/null | grep -q '^GNU Wget'; then set -- "$@" --content-on-error -t 1 -T 60; fi
  headers=$(wget "$@" -O "$temporary" "$url" 2>&1)
  result=$?
  status=$(printf '%s\n' "$headers" | sed -n 's|^ *HTTP/[0-9.]* \([0-9][0-9][0-9]\).*|\1|p' | tail -n 1)
  # Some versions do not tell the status; the server's own errors hold it.
  status=${status:-$(sed -n 's/.*"status": *\([0-9][0-9][0-9]\).*/\1/p' "$temporary")}
  case $result,$status in
    0,*) if [ -s "$temporary" ]; then status=200; else status=000; fi ;;
    3,*) fail 1 "the answer could not be written: is the disk full?" ;;
    *,[45]??) ;;
    *) status=000 ;;
  esac
}

# A text member of the server's JSON error.
told() {
  sed -n 's/.*"'"$1"'": *"\([^"\\]*\(\\.[^"\\]*\)*\)".*/\1/p' "$temporary" | sed 's/\\n/ /g; s/\\\(["\\/]\)/\1/g'
}

refuse() {
  message=$(told message)
  message=${message:-$(told detail)}
  case $status in
    000) fail 6 "$server cannot be reached, or its answer broke off" ;;
    400 | 405 | 406 | 413 | 414 | 431) code=2 ;;
    401 | 403) code=4 ;;
    404) code=3 ;;
    409 | 422) code=5 ;;
    408 | 429 | 502 | 503 | 504) code=6 ;;
    *) code=1 ;;
  esac
  fail "$code" "${message:-$server answered with the status $status}"
}

# The server knows the date at the telescope; this machine has its own.
name_of_now() {
  name=$(printf '%s\n' "$headers" |
    sed -n 's/^ *[Cc]ontent-[Dd]isposition:.*filename="\(fplane[A-Za-z0-9]*\.txt\)".*/\1/p' | tail -n 1)
  replace "${name:-fplane$(date +%Y%m%d).txt}"
}

deliver() {
  [ -n "$output$datestr" ] || name_of_now
  if [ "$output" = - ]; then
    cat "$temporary" || fail 1 "stdout could not be written"
  elif is_device "$replaced"; then
    cat "$temporary" >"$replaced" || fail 1 "$replaced could not be written"
  else
    mv -f "$temporary" "$replaced" || fail 1 "$replaced could not be written"
  fi
}

temporary=''
trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

read_arguments "$@"
open_temporary
ask "$server/fplane/$(encoded "$datestr")?actual_pos=$actual_pos&full_fplane=$full_fplane"
[ "$status" = 200 ] || refuse
# A proxy's page would otherwise be kept as a focal plane.
# shellcheck disable=SC2016
[ "$(head -n 1 "$temporary")" = '# $Id$' ] || fail 1 "what $server answered is no focal-plane file"
deliver
