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
