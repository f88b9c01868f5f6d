#!/usr/bin/env bash
# curl_story.sh [--show] [URL TOKENS]
#
# One mobilization by curl alone, from the alert until the teams are home: every call is a POST with a JSON body.
# jq reads the answers. Each step says what it found, or what it missed.
#
#   URL TOKENS   a Muster that runs with its demo city, and the folder of its keys: http://127.0.0.1:8080 var/tokens.
#                Without them the script starts one of its own with a small city.
#   --show       prints every call and its answer
#
# Exit status: 0 the story was played, 1 a step failed, 2 wrong use.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/tests/e2e/lib.sh"

readonly PATIENCE=20      # seconds for what happens by itself
readonly SILENCE=12       # seconds that the distribution line gives to answer
readonly PLACE="'position': {'latitude': 31.302, 'longitude': 120.618}"
declare -A token=()       # access tokens, by role or by organization
listeners=()              # curls that follow a stream
show=0
answer='' status=''       # of the last call

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

clean_up() {
  [ ${#listeners[@]} = 0 ] || kill "${listeners[@]}" 2>/dev/null || true
  stop_city
  rm -rf "$folder"
}

# ---- calling

uuid() { cat /proc/sys/kernel/random/uuid; }
# at WHEN: a time of the wire, such as "+1 hour".
at() { date -u -d "$1" +%FT%TZ; }

# send WHO METHOD BODY: one call. What came back is in `answer`, its HTTP status in `status`. BODY is JSON with ' for ";
# the Idempotency-Key stands for the request_id that every change needs.
send() {
  local body=${3//\'/\"}
  answer=$(curl -sS -m 30 -w '\n%{http_code}' -H "Authorization: Bearer ${token[$1]}" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuid)" -d "$body" "$url/muster.$2") ||
    die "$step: curl could not call $2"
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  [ $show = 0 ] || printf '     POST /muster.%s %s\n     %s\n' "$2" "$body" "$answer"
}

# call WHO METHOD BODY: a call that is answered.
call() {
  send "$@"
  [ "$status" = 200 ] || die "$step: $2 by $1 was refused with $status: $answer"
}

# refused REASON WHO METHOD BODY: a call that is refused with this reason.
refused() {
  send "${@:2}"
  [ "$(get '.details[0].debug.reason')" = "$1" ] || die "$step: $3 by $2 should be refused as $1, not: $answer"
}

# get FILTER: what jq finds in the last answer.
get() { jq -r "$1" <<<"$answer"; }

# holds FILTER: true when the last answer is so.
holds() { jq -e "$1" <<<"$answer" >/dev/null; }

# expect WHAT FILTER: the last answer is so.
expect() { holds "$2" || die "$step: expected that $1; the answer was: ${answer:0:1000}"; }

dispatch() { call "$1" "dispatch.v1.DispatchService/$2" "$3"; }

begin() {
  step=$1
  say "$step"
}
tell() { say "   $*"; }

# ---- people

# log_in NAME KEY: exchanges an API key for an access token, which goes by NAME from now on.
log_in() {
  answer=$(curl -sS -m 30 -H 'Content-Type: application/json' -d "{\"apiKey\": \"$2\"}" \
    "$url/muster.identity.v1.IdentityService/ExchangeKey") || die "$step: curl could not reach $url"
  expect "the key of $1 is exchanged" '.accessToken | length > 0'
  token[$1]=$(get .accessToken)
}

# hire ORGANIZATION: the administrator makes an account and a key for a manager of this organization, who logs in and
# goes by the organization's id.
hire() {
  [ -z "${token[$1]:-}" ] || return 0
  call admin identity.v1.IdentityService/CreateAccount "{'account': {'login': 'curl-$(uuid)',
    'roles': ['organization_manager'], 'organizationId': '$1', 'districtPath': '3205'}}"
  call admin identity.v1.IdentityService/CreateApiKey "{'accountId': '$(get .id)', 'label': 'curl story'}"
  log_in "$1" "$(get .secret)"
}

# Messages of a Connect stream, one a line: each comes with a byte of flags and four of length before it.
messages() {
  local header a b c d
  while header=$(od -An -tu1 -N5) && [ -n "$header" ]; do
    read -r _ a b c d <<<"$header"
    head -c $(((a << 24) + (b << 16) + (c << 8) + d))
    echo
  done
}

# listen ORGANIZATION: follows what it is told, in the file stream-ORGANIZATION.
listen() {
  [ ! -e "$folder/stream-$1" ] || return 0
  : >"$folder/stream-$1"
  curl -sSN -m 300 -H "Authorization: Bearer ${token[$1]}" -H 'Content-Type: application/connect+json' \
    --data-binary @<(printf '\0\0\0\0\2{}') "$url/muster.notify.v1.NotifyService/Subscribe" \
    > >(messages >>"$folder/stream-$1") 2>"$folder/curl.log" &
  listeners+=($!)
}

# has_heard ORGANIZATION OFFER: true once its stream told of the offer; sets delivery.
has_heard() {
  delivery=$(jq -r "select(.delivery.subjectId == \"$2\") | .delivery.id" "$folder/stream-$1" 2>/dev/null | head -n 1)
  [ -n "$delivery" ]
}

# ---- the story

the_city() {
  begin "1. The city is there, and everybody logs in"
  local role
  for role in operator officer organization auditor admin; do
    [ -r "$tokens/$role" ] || die "$step: there is no key in $tokens/$role"
    log_in $role "$(cat "$tokens/$role")"
  done
  call organization identity.v1.IdentityService/WhoAmI '{}'
  expect "the organization's key is of an organization" '.account.organizationId | length > 0'
  call officer registry.v1.RegistryService/ListOrganizations "{'pageSize': 1}"
  expect "there are organizations" '.organizations | length == 1'
  call operator registry.v1.RegistryService/ListTeams "{'pageSize': 1}"
  expect "there are teams" '.teams | length == 1'
  tell "for one: $(get '.teams[0].name')"
}

# alert IDENTIFIER [STATUS] [TYPE] [REFERENCES] [COLOUR]: a CAP 1.2 document of this moment.
alert() {
  cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>$1</identifier><sender>weather@city.example</sender><sent>$sent</sent>
  <status>${2:-Actual}</status><msgType>${3:-Alert}</msgType><scope>Public</scope>
  ${4:+<references>$4</references>}
  <info>
    <language>zh-CN</language><category>Met</category><event>暴雨内涝</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
    <onset>$sent</onset><expires>$(date -u -d '+1 day' +%FT%T-00:00)</expires>
    <headline>姑苏区暴雨内涝，居民需转移安置</headline>
    <parameter><valueName>warning-color</valueName><value>${5:-orange}</value></parameter>
    <area><areaDesc>姑苏区中心城区</areaDesc>
      <polygon>31.240,120.560 31.240,120.680 31.360,120.680 31.360,120.560 31.240,120.560</polygon>
      <geocode><valueName>GB/T 2260</valueName><value>320508</value></geocode></area>
  </info>
</alert>
XML
}

# post: hands the XML of standard input in, as a city system does.
post() {
  answer=$(curl -sS -m 30 -H "Authorization: Bearer ${token[operator]}" -H 'Content-Type: application/cap+xml' \
    --data-binary @- "$url/documents") || die "$step: curl could not post the document"
}

the_alert() {
  begin "2. An alert becomes an incident"
  local name sent version
  name=curl-$(uuid) sent=$(date -u +%FT%T-00:00)
  post < <(alert "$name")
  expect "the alert is applied" '.document.outcome == "DOCUMENT_OUTCOME_APPLIED"'
  incident=$(get .document.incidentId)
  dispatch operator GetIncident "{'id': '$incident'}"
  expect "it made a real incident with kind, area and times" '.mode == "MODE_REAL"
    and .state == "INCIDENT_STATE_ACTIVE" and .kind == "INCIDENT_KIND_NATURAL_DISASTER"
    and .warningColor == "WARNING_COLOR_ORANGE" and (.area.polygons | length == 1) and .onsetTime and .expireTime'
  version=$(get .version)
  post < <(alert "$name")
  expect "the same bytes are a duplicate" '.document.outcome == "DOCUMENT_OUTCOME_DUPLICATE"'

  call operator exchange.v1.ExchangeService/SubmitDocument "{'contentType': 'application/cap+xml', 'content':
    '$(alert "$name-2" Actual Update "weather@city.example,$name,$sent" red | base64 -w 0)'}"
  expect "an Update changes the same incident" ".document.incidentId == \"$incident\""
  dispatch operator GetIncident "{'id': '$incident'}"
  expect "the incident is red now" ".warningColor == \"WARNING_COLOR_RED\" and (.version | tonumber) > $version"

  post < <(alert "$name-drill" Exercise)
  dispatch operator GetIncident "{'id': '$(get .document.incidentId)'}"
  expect "an Exercise makes a drill" '.mode == "MODE_DRILL"'
  tell "incident $incident"
}

# shift_of FROM UNTIL: a window, in hours from now.
shift_of() { echo "{'startTime': '$(at "+$1 hours")', 'endTime': '$(at "+$2 hours")'}"; }

the_request() {
  begin "3. The operator writes what is needed: two lines on site, one remote"
  dispatch operator CreateRequest "{'resourceRequest': {'incidentId': '$incident', 'requester': '姑苏区应急指挥部',
    'lines': [
      {'capability': 'psychological_support', 'lowestLevel': 3, 'quantity': 3, 'unit': 'QUANTITY_UNIT_TEAMS',
       'priority': 2, $PLACE, 'windows': [$(shift_of 1 9)], 'wavePolicy': {'waveSize': 3, 'answerSeconds': 120}},
      {'capability': 'goods_distribution', 'quantity': 2, 'unit': 'QUANTITY_UNIT_TEAMS',
       'priority': 1, $PLACE, 'windows': [$(shift_of 1 7)], 'wavePolicy': {'waveSize': 2, 'answerSeconds': $SILENCE}},
      {'capability': 'crisis_hotline', 'quantity': 1, 'unit': 'QUANTITY_UNIT_TEAMS',
       'priority': 3, 'place': 'PLACE_REMOTE', 'windows': [$(shift_of 1 5), $(shift_of 5 9)],
       'wavePolicy': {'waveSize': 2, 'answerSeconds': 120}}]}}"
  expect "three lines are open" '[.lines[].state] == ["LINE_STATE_OPEN", "LINE_STATE_OPEN", "LINE_STATE_OPEN"]'
  expect "the hotline has its two shifts" '.lines[2].place == "PLACE_REMOTE" and (.lines[2].windows | length == 2)'
  request=$(get .id)
  counselling=$(get '.lines[0].id') distribution=$(get '.lines[1].id') hotline=$(get '.lines[2].id')
}

# Finds a team that may not go, and why.
explain_a_refusal() {
  local team
  call operator registry.v1.RegistryService/ListTeams "{'capability': 'goods_distribution', 'pageSize': 100}"
  for team in $(get '.teams[].id'); do
    call operator matching.v1.MatchingService/ExplainTeam "{'lineId': '$counselling', 'teamId': '$team'}"
    holds '.eligible | not' || continue
    expect "every failing rule has a name and both texts" \
      '(.failures | length > 0) and all(.failures[]; .rule and .text.zh and .text.en)'
    tell "one may not go: $(get '.failures[0].text.en')"
    return
  done
  die "$step: every team may go; none was found to explain"
}

the_candidates() {
  begin "4. Who could go, and why; a plan for all lines"
  local line
  for line in "$counselling" "$distribution" "$hotline"; do
    call operator matching.v1.MatchingService/RankTeams "{'lineId': '$line', 'limit': 5}"
    expect "teams are ranked, the best first" '(.teams | length > 0) and ([.teams[].cost // 0] | . == sort)'
    expect "each rank has its reasons" \
      'all(.teams[]; (.parts | length > 0) and .explanation.zh and .explanation.en)'
    expect "only those on site travel" "all(.teams[]; has(\"travelSeconds\") == (\"$line\" != \"$hotline\"))"
  done
  explain_a_refusal
  call operator matching.v1.MatchingService/PlanRequest \
    "{'resourceRequestId': '$request', 'overAskPercent': 100, 'reserves': 10}"
  expect "every line has teams and lacks none" \
    '(.lines | length == 3) and all(.lines[]; (.teams | length > 0) and (.short // 0) == 0)'
  expect "no team is planned twice" '[.lines[].teams[].teamId] | length == (unique | length)'
  plan=$answer
  tell "$(get .explanation.en)"
}

the_dispatch() {
  begin "5. The plan is dispatched; the organizations hear of it and say so"
  local organization offer lines
  for organization in $(jq -r '[.lines[].teams[].organizationId] | unique[]' <<<"$plan"); do
    hire "$organization"
    listen "$organization"
  done
  lines=$(jq -c '[.lines[] | {lineId, teamIds: [(.teams + (.reserves // []))[].teamId]}]' <<<"$plan")
  dispatch operator Dispatch "{'resourceRequestId': '$request', 'expectedVersion': '$(jq -r .version <<<"$plan")',
    'how': 'DISPATCH_HOW_INVITE', 'lines': $lines}"
  expect "the first wave asks three, two and two" "[\"$counselling\", \"$distribution\", \"$hotline\"] as \$lines
    | [.offers[] | select(.state == \"OFFER_STATE_INVITED\").lineId] as \$asked
    | [\$lines[] as \$line | \$asked | map(select(. == \$line)) | length] == [3, 2, 2]"
  offers=$answer
  while read -r offer organization; do acknowledge "$organization" "$offer"; done \
    < <(get '.offers[] | "\(.id) \(.organizationId)"')
}

# acknowledge ORGANIZATION OFFER: it hears of the offer on its stream and says that it arrived and was read.
acknowledge() {
  local delivery='' state
  eventually $PATIENCE "organization $1 hears of offer $2 on its stream" has_heard "$1" "$2"
  [ "$(jq -r .delivery.organizationId "$folder/stream-$1" | sort -u)" = "$1" ] ||
    die "$step: organization $1 was told what is for another"
  for state in DELIVERED READ; do
    call "$1" notify.v1.NotifyService/AcknowledgeDelivery "{'id': '$delivery', 'state': 'DELIVERY_STATE_$state'}"
    expect "the receipt is kept" ".state == \"DELIVERY_STATE_$state\""
  done
  call operator notify.v1.NotifyService/ListDeliveries "{'subjectId': '$2'}"
  expect "the operator sees both receipts" \
    'any(.deliveries[]; .state == "DELIVERY_STATE_READ" and .deliveredTime and .readTime)'
}

# first_wave LINE NTH FIELD: of an offer that was sent with the dispatch; NTH from 0.
first_wave() { jq -r "[.offers[] | select(.lineId == \"$1\")][$2].$3" <<<"$offers"; }

# reply WHO OFFER ANSWER [MORE]: answers an offer.
reply() {
  dispatch "$1" AnswerOffer "{'id': '$2', 'answer': 'OFFER_ANSWER_$3'${4:+, $4}}"
}

list_offers() { dispatch operator ListOffers "{'lineId': '$1', 'states': ['OFFER_STATE_$2'], 'pageSize': 100}"; }

# next_wave_is_out LINE: true once the line's second wave was sent; its offers are in the answer then.
next_wave_is_out() {
  list_offers "$1" INVITED
  answer=$(get '[.offers[]? | select(.wave == 2)]')
  holds 'length > 0'
}

# is_full LINE: it has all that it asked for, and whoever was still asked is stood down.
is_full() {
  dispatch operator GetRequest "{'id': '$request'}"
  expect "the line is full" \
    ".lines[] | select(.id == \"$1\") | .state == \"LINE_STATE_FILLED\" and .filled == .quantity"
  list_offers "$1" STOOD_DOWN
  expect "those still asked are stood down" '.offers | length > 0'
  list_offers "$1" INVITED
  expect "nobody is asked any more" '.offers // [] | length == 0'
}

the_answers() {
  begin "6. Some accept, one under a condition, one declines, one stays silent"
  local organization offer held held_by held_version
  organization=$(first_wave "$distribution" 0 organizationId) offer=$(first_wave "$distribution" 0 id)
  reply "$organization" "$offer" ACCEPT
  expect "an acceptance books" '.state == "OFFER_STATE_ACCEPTED" and .assignmentId'
  uninsured=$(get .assignmentId) uninsured_by=$organization

  insured_by=$(first_wave "$counselling" 0 organizationId) offer=$(first_wave "$counselling" 0 id)
  refused NOT_FOUND "$uninsured_by" dispatch.v1.DispatchService/AnswerOffer \
    "{'id': '$offer', 'answer': 'OFFER_ANSWER_ACCEPT'}"
  reply "$insured_by" "$offer" ACCEPT "'cover': {'state': 'COVER_STATE_DECLARED', 'insurer': '示范保险',
    'policyNumber': 'DEMO-1', 'validUntilTime': '$(at '+30 days')'}"
  insured=$(get .assignmentId)

  held_by=$(first_wave "$counselling" 1 organizationId) held=$(first_wave "$counselling" 1 id)
  reply "$held_by" "$held" PROVISIONAL "'condition': '需要安排接送车辆'"
  expect "a provisional answer holds its place" '.state == "OFFER_STATE_PROVISIONAL"'
  held_version=$(get .version)

  reply "$(first_wave "$counselling" 2 organizationId)" "$(first_wave "$counselling" 2 id)" DECLINE \
    "'declineReason': 'DECLINE_REASON_NO_PEOPLE'"
  expect "the reason is kept" '.state == "OFFER_STATE_DECLINED" and .declineReason == "DECLINE_REASON_NO_PEOPLE"'

  eventually $PATIENCE "a second wave after the refusal" next_wave_is_out "$counselling"
  reply operator "$(get '.[0].id')" ACCEPT "'answeredVia': 'ANSWERED_VIA_PHONE'"
  dispatch "$held_by" ConfirmOffer "{'id': '$held', 'expectedVersion': '$held_version'}"
  expect "the condition is met" '.state == "OFFER_STATE_ACCEPTED" and .assignmentId'
  reserved=$(get .assignmentId)
  is_full "$counselling"
  reply "$(first_wave "$hotline" 0 organizationId)" "$(first_wave "$hotline" 0 id)" ACCEPT
  is_full "$hotline"
  tell "two lines are full; those still asked are stood down"

  eventually $((SILENCE + PATIENCE)) "a second wave after the silence" next_wave_is_out "$distribution"
  offer=$(get '.[0].id')
  list_offers "$distribution" EXPIRED
  expect "the silent offer has expired" "[.offers[].id] == [\"$(first_wave "$distribution" 1 id)\"]"
  reply operator "$offer" ACCEPT "'answeredVia': 'ANSWERED_VIA_RADIO'"
  is_full "$distribution"
  tell "one stayed silent; the next wave filled its line"
}

# move WHO METHOD ASSIGNMENT STATE [MORE]: takes a team one step further.
move() {
  dispatch operator GetAssignment "{'id': '$3'}"
  dispatch "$1" "$2" "{'id': '$3', 'expectedVersion': '$(get .version)'${5:+, $5}}"
  expect "the assignment is $4" ".state == \"ASSIGNMENT_STATE_$4\""
}
advance() { move "$1" AdvanceAssignment "$2" "$3" "'state': 'ASSIGNMENT_STATE_$3'${4:+, $4}"; }

the_field() {
  begin "7. Teams depart, check in, report, are released, go home; closing releases the rest"
  advance "$insured_by" "$insured" MOBILIZING
  advance "$insured_by" "$insured" EN_ROUTE
  advance "$uninsured_by" "$uninsured" MOBILIZING
  refused NOT_ELIGIBLE "$uninsured_by" dispatch.v1.DispatchService/AdvanceAssignment \
    "{'id': '$uninsured', 'expectedVersion': '$(get .version)', 'state': 'ASSIGNMENT_STATE_EN_ROUTE'}"
  advance operator "$uninsured" EN_ROUTE "'coverOverrideReason': '市级公共保单已覆盖'"
  move "$insured_by" CheckIn "$insured" ON_SCENE "$PLACE"
  move "$uninsured_by" CheckIn "$uninsured" ON_SCENE "$PLACE"
  advance "$insured_by" "$insured" WORKING
  dispatch "$insured_by" ReportSituation \
    "{'report': {'assignmentId': '$insured', 'text': '三个安置点已走访', 'peopleServed': 42}}"
  expect "the report belongs to the incident" ".incidentId == \"$incident\""
  move operator ReleaseAssignment "$insured" RELEASED "'reason': '工作完成'"
  advance "$insured_by" "$insured" RETURNING
  move "$insured_by" CheckOut "$insured" HOME
  tell "one team is home, one is on scene, others have not left yet"
  the_end
}

the_end() {
  dispatch operator GetIncident "{'id': '$incident'}"
  dispatch operator CloseIncident "{'id': '$incident', 'expectedVersion': '$(get .version)', 'reason': '积水已退'}"
  expect "closing releases all five who are out" \
    '.incident.state == "INCIDENT_STATE_CLOSED" and .releasedAssignments == 5'
  dispatch operator ListAssignments "{'incidentId': '$incident', 'states': ['ASSIGNMENT_STATE_RESERVED',
    'ASSIGNMENT_STATE_MOBILIZING', 'ASSIGNMENT_STATE_EN_ROUTE', 'ASSIGNMENT_STATE_ON_SCENE', 'ASSIGNMENT_STATE_WORKING']}"
  expect "nobody is out" '.assignments // [] | length == 0'
  dispatch operator GetAssignment "{'id': '$reserved'}"
  expect "who had not left is cancelled" '.state == "ASSIGNMENT_STATE_CANCELLED"'
  dispatch operator GetAssignment "{'id': '$uninsured'}"
  expect "who was on scene is released" '.state == "ASSIGNMENT_STATE_RELEASED"'
  advance "$uninsured_by" "$uninsured" RETURNING
  move "$uninsured_by" CheckOut "$uninsured" HOME
}

# is_linked OWNER: true once its audit records are all in the chain.
is_linked() {
  call auditor common.v1.AuditService/VerifyAudit "{'owner': '$1'}"
  expect "the audit chain of $1 is intact" '.intact'
  holds '.unlinked // "0" == "0"'
}

the_audit() {
  begin "8. All of it is on record, and the record is intact"
  local owner
  call auditor common.v1.AuditService/ListAuditRecords "{'owner': 'dispatch', 'objectId': '$insured', 'pageSize': 100}"
  expect "the record tells every step of the team" '[.records[].toState] ==
    ["reserved", "mobilizing", "en_route", "on_scene", "working", "released", "returning", "home"]'
  call operator common.v1.InvariantService/Verify '{}'
  expect "nothing that must hold is violated" '.violations // [] | length == 0'
  for owner in $(get '.owners[]'); do
    eventually $PATIENCE "every audit record of $owner in its chain" is_linked "$owner"
  done
  tell "the team's way: reserved to home"
}

main() {
  if [ "${1:-}" = --show ]; then show=1 && shift; fi
  case ${1:-} in
    --help | -h) usage && exit 0 ;;
    -*) die "Unknown argument $1 (see --help)" 2 ;;
  esac
  [ $# = 0 ] || [ $# = 2 ] || die "Both URL and TOKENS, or neither (see --help)" 2
  folder=$(mktemp -d)
  trap clean_up EXIT
  url=${1:-} tokens=${2:-$folder/var/tokens}
  [ -n "$url" ] || start_city "$folder"
  the_city
  the_alert
  the_request
  the_candidates
  the_dispatch
  the_answers
  the_field
  the_audit
  say "The story was played: from the alert until the teams are home."
}

main "$@"
