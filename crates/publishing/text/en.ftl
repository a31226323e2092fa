# Publishing a domain's records
publish = Publish
publish-title = Publish DNS records of { $name }
publish-says = { $count ->
    [0] There’s nothing to publish.
    [one] One record would change. Other records are never touched.
   *[other] { $count } records would change. Other records are never touched.
}
publish-zone = Zone { $zone }
publish-server = Read from { $server }
publish-changes = Changes
publish-left = Left unchanged
publish-right = Already right
publish-records = { $count ->
    [one] one record
   *[other] { $count } records
}
publish-new = New
publish-old = Replaces
publish-ours = Ours
publish-there = Found
publish-left-unread = We couldn’t read what’s there, so nothing is changed. Try again in a moment.
publish-left-alias = This name is an alias (CNAME), so it can’t have other records. Remove the alias if you don’t need it.
publish-left-in-use = This name has records, so it can’t be an alias. Remove them if you don’t need them.
publish-left-other-mx = Mail goes to other servers. With ours beside them, each would get part of it. Replace them when you move.
publish-left-other-spf = There’s another SPF record, and with two, none counts. Merge ours into it manually.
publish-left-other-key = There’s another key at this name, and with two, receivers can’t choose.
publish-left-other-dmarc = There’s another DMARC record, and with two, none counts. Change it manually.
publish-left-other-record = Another record already covers this. Change it manually.
publish-left-forbids = With no CAA record, any authority may issue certificates for this domain. With ours, only ours may, which could block your website’s. Add it manually if you want that.
publish-moved = Nothing was published: the zone, the server or the records changed since you reviewed them. Review the new list.
publish-connect-title = Publish at { $host }
publish-connect-says = { $host } shows you the same records, publishes them once you agree, and brings you back.
publish-connect = Publish at { $host }
publish-key = Publish with a key
publish-key-says = for name servers that accept dynamic updates (RFC 2136)
publish-f-server = Server
publish-f-server-help = Where the zone is updated: a public address or a name.
publish-f-key = Key name
publish-f-key-help = As set on the name server.
publish-f-algorithm = Algorithm
publish-f-secret = Secret
publish-f-secret-help = In base64. Used only for this update and never stored.
publish-submit = { $count ->
    [one] Publish one record
   *[other] Publish { $count } records
}
publish-cancel = Cancel
domain-done-publish = The records were published and checked.
domain-done-connect = You’re back from your DNS host. The records are checked while this page is open.

# In the log
action-domain-publish = DNS records published

## Errors
error-zone-moved = The zone or its records changed since you reviewed them, so nothing was published.
    .advice = Review the new changes.
error-zone-not-changed = { $server } didn’t answer, and its zone is unchanged.
    .advice = Try again later.
error-zone-unknown = The zone of { $name } is unknown ({ $failure }).
    .advice = Check that the domain is registered and has name servers. Then try again.
error-no-server = “{ $server }” isn’t the address or name of a server.
    .advice = Enter the public address or name of the server that accepts updates.
error-no-server-address = The server { $server } has no address on the public internet.
    .advice = Enter the public address or name of the server that accepts updates.
error-update-refused = { $server } refuses changes with this key, or to these records.
    .advice = In the name server’s settings, allow the key to change these records.
error-not-the-primary-server = { $server } isn’t the server where this zone is updated.
    .advice = Enter the server where the zone is updated.
error-key-unknown = { $server } doesn’t know a key with this name and algorithm.
    .advice = Enter the name and algorithm as set on the name server.
error-key-wrong = { $server } has another secret for this key.
    .advice = Copy the secret from the name server’s settings.
error-clocks-differ = The clock of { $server } differs too much from ours{ $ahead }.
    .advice = Have the clock of the name server, or of this service, corrected.
clock-ahead = : it is { $seconds } s ahead
clock-behind = : it is { $seconds } s behind
clock-unknown = { "" }
error-in-another-zone = { $server } keeps some of these names in another zone.
    .advice = Publish these records manually in their own zone.
error-zone-moved-at = The zone at { $server } changed since you reviewed the changes.
    .advice = Review the new changes. If they’re the same, the server has records it doesn’t show. Publish manually.
error-updates-not-offered = { $server } doesn’t accept this kind of update.
    .advice = Publish the records manually, or ask the zone’s host.
error-update-too-long = The changes are too long or not valid in the DNS.
    .advice = Publish the records manually.
error-server-unreachable = { $server } can’t be reached over TCP.
    .advice = Check that the server accepts connections on TCP port 53.
error-update-failed = { $server } didn’t accept the changes ({ $answer }).
    .advice = Check the name server’s log.
error-update-unknown = { $server } received the changes but didn’t confirm them.
    .advice = Review the new changes. Records already published aren’t listed.
## What is wrong with a field
publish-key-algorithm = Use hmac-sha256, hmac-sha384 or hmac-sha512.
publish-key-secret = Use base64, as set on the name server.
publish-key-name = Enter the name of a key.
