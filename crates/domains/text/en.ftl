# Mail domains
nav-domains = Domains
domain-add = Add domain
domain-add-title = Add a domain
domain-add-help = As people write it after the @, such as acme.com. You prove that it is yours in the next step.
domain-name = Domain
domain-state = State
domain-next = What comes next
domain-checked = Checked
domain-workspace = Workspace
domains-search = Part of a name
domains-say = { $verified } of { $all } verified.
domains-worst = { $name } needs attention.
domains-all-say = The mail domains of all workspaces.
domains-shown = { $count ->
    [one] One domain
   *[other] { $count } domains
}
domains-none = No domain yet
domains-none-says = Add the domain that your mail should come from and go to.
domains-all-none-says = Domains appear here as soon as a workspace has one.
domain-state-unproven = Not proven
domain-state-pending = Being set up
domain-state-verified = Verified
domain-state-attention = Needs attention
domain-state-removing = Being removed
domain-state-suspended = Suspended
domain-state-ended = Ended
domain-says-unproven = Waits for the record that proves that the domain is yours. Nothing is set up before that.
domain-says-making = The mail server is making the keys with which mail is signed.
domain-says-removing = The mail server is removing it.
domain-says-suspended = The workspace is suspended: mail still arrives, but members can’t read it. Records show the last check.
domain-says-ended = This workspace has ended, so the domain isn’t in use. Records show the last check.
domain-wrong-missing = { $what } is missing.
domain-wrong-mismatch = { $what } is not right.
domain-wrong-conflict = { $what } is in conflict with another record.
domain-wrong-more = { $more ->
    [one] One more needed record is not right.
   *[other] { $more } more needed records are not right.
}
domain-says-all = Mail arrives and is signed. Every record is right.
domain-says-optional = { $left ->
    [one] Mail arrives and is signed. One recommended record is missing or differs.
   *[other] Mail arrives and is signed. { $left } recommended records are missing or differ.
}
domain-prove-says = Whoever can change the DNS of a domain is believed to own it. Add this record where the domain’s DNS is hosted; this page notices by itself.
domain-is-primary = Primary domain
domain-host = DNS at { $host }
domain-lapses = Claimed until
domain-zone = Zone file
domain-recheck = Check now
domain-records = Records
domain-records-say = { $right } of { $all } right
domain-asked = Last asked
domain-asked-of = of { $server }
domain-policy-title = Forged mail
domain-policy = What others should do with mail that only pretends to be yours (DMARC)
domain-policy-help = Changing it changes the DMARC record that you publish.
domain-policy-save = Save
policy-unset = As the mail server suggests
policy-none = Accept it and report
policy-quarantine = Treat it as spam
policy-reject = Refuse it
domain-history = History
domain-history-says = checks that found something new
domain-actions = This domain
domain-make-primary = Make primary
domain-primary-title = Make { $name } primary?
domain-primary-making = Mail to this domain doesn’t arrive yet: it’s still being set up.
domain-primary-unchecked = It isn’t known yet whether mail to this domain arrives: its DNS records weren’t checked.
domain-primary-missing = Mail to this domain may not arrive yet. Still missing or wrong: { $what }.
domain-primary-says = New mailboxes get their address on the primary domain.
domain-primary-cancel = Not yet
domain-remove = Remove
domain-primary-stays = The primary domain can’t be removed. Make another domain primary first.
domain-keep = Keep it
domain-cancel = Cancel
domain-kept = It was not removed.
domain-kept-says = Still used by { $what }. Remove or move what uses it, then remove the domain again.
domain-used-account = mailboxes, groups or their aliases
domain-used-list = mailing lists
domain-used-settings = the mail server’s own settings
domain-remove-title = Remove { $name }?
domain-remove-says = Mail to it is refused from then on, and its signing keys are destroyed. A domain that mailboxes, aliases or lists still use is kept.
domain-remove-claim-says = The claim is forgotten. Nothing was set up for it.
domain-done-recheck = The records were read again.
domain-done-dmarc = The policy is changed. Publish the new DMARC record.
domain-done-primary = It is the primary domain now.
domain-done-publish = The records are published and were read again.
domain-done-connect = You are back from your DNS host. The records are read again while this page is open.
domain-done-remove = The domain is removed.

# Publishing
publish = Publish
publish-title = Publish the records of { $name }
publish-says = { $count ->
    [0] There is nothing to publish.
    [one] One record would change. Records of others are never touched.
   *[other] { $count } records would change. Records of others are never touched.
}
publish-zone = Zone { $zone }
publish-server = Read from { $server }
publish-changes = What changes
publish-left = Left alone
publish-right = Already right
publish-records = { $count ->
    [one] one record
   *[other] { $count } records
}
publish-new = New
publish-old = Instead of
publish-ours = Ours
publish-there = Found
publish-left-unread = Nobody said what is there, so nothing is changed. Look again in a moment.
publish-left-alias = The name is an alias (CNAME), so nothing can stand beside it. Remove the alias if it is not needed.
publish-left-in-use = The name has records, so it can’t be an alias. Remove them if they are not needed.
publish-left-other-mx = Mail goes to somebody else. With ours beside theirs each would get a part of it; replace them when you move.
publish-left-other-spf = There is an SPF record of somebody else, and with two of them none counts. Join it with ours by hand.
publish-left-other-key = There is another key at this name, and with two of them receivers can’t choose.
publish-left-other-dmarc = There is a DMARC record of somebody else, and with two of them none counts. Change it by hand.
publish-left-other-record = There is another record that says it. Change it by hand.
publish-left-forbids = As long as there is none, every authority may issue certificates for this domain. With ours only ours may, which could stop your website’s. Add it by hand if you want that.
publish-moved = Nothing was published: the zone, the server or what belongs into it is another one than you saw. This is what would be published now.
publish-connect-title = At { $host }
publish-connect-says = { $host } shows you the same records, publishes them when you agree, and brings you back.
publish-connect = Publish at { $host }
publish-key = With a key
publish-key-says = for name servers that take changes (RFC 2136)
publish-f-server = Server
publish-f-server-help = Where the zone is changed: a public address or a name.
publish-f-key = Name of the key
publish-f-key-help = As in the settings of the name server.
publish-f-algorithm = Algorithm
publish-f-secret = Secret
publish-f-secret-help = In base64. It signs this one change and is kept nowhere.
publish-submit = { $count ->
    [one] Publish one record
   *[other] Publish { $count } records
}
publish-cancel = Cancel

# Records
record-ok = Right
record-missing = Missing
record-mismatch = Differs
record-conflict = In conflict
record-error = No answer
record-recommended = recommended
record-name = Name
record-type = Type
record-value = Value
purpose-ownership = Ownership
purpose-mx = Incoming mail
purpose-spf = Senders (SPF)
purpose-dkim = Signature (DKIM)
purpose-dmarc = Forged mail (DMARC)
purpose-mta-sts = Encryption (MTA-STS)
purpose-tls-rpt = Encryption reports
purpose-client-config = Mail programs
purpose-service = Service
purpose-tlsa = Certificate (DANE)
purpose-caa = Certificates (CAA)
purpose-other = Other
host-relative = { $host } wants the name without the domain, and @ for the domain itself. Leave out quotes around the value.
host-relative-or-empty = { $host } wants the name without the domain, and nothing for the domain itself. Leave out quotes around the value.
host-full = { $host } wants the name in full. Put a text value in quotes.

# What is the case, and what to do
advice-belongs-to-another = The proof is right, but this domain already belongs to another workspace. If it is yours, ask whoever runs this service.
advice-fine = All is well.
advice-no-answer = Nobody gave a usable answer; { $server } said: { $failure }. It is asked again by itself.
advice-resolvers-disagree = Resolvers don’t agree, and the domain’s own name servers can’t be asked. { $server } sees something else.
advice-not-everywhere = It is right at its source, and { $server } does not have it yet.
advice-stale-cache = It is right at its source; { $server } keeps the old answer for { $seconds } s at most.
advice-authority-lame = { $server } is named as a name server of this domain and does not know it. Correct the NS records at the registrar.
advice-authority-fails = { $server }, a name server of this domain, does not answer ({ $failure }).
advice-authority-split = The domain’s name servers don’t say the same: { $right } is right, { $wrong } is not. Bring them to the same version of the zone.
advice-domain-not-found = { $domain } is not in the DNS: it is not registered, has expired, or has no name servers.
advice-missing = There is no such record. Add it with the name and the value below.
advice-at-doubled-name = The record is at { $found_at }: the host added the domain once more. Enter the name without the domain.
advice-at-other-name = The record is at { $found_at } instead. Move it to the name below.
advice-alias-at-apex = The domain itself is an alias (CNAME) for { $target }, so it can have no mail. Replace the alias by address records.
advice-alias-in-the-way = The name is an alias (CNAME) for { $target }, so nothing else can be there. Remove the alias.
advice-address-in-the-way = The name has the address { $found } of its own, so it can’t be an alias. Remove the address.
advice-address-instead = The name has our address instead of being an alias. That works until the address changes; an alias for { $expected } always does.
advice-quotes-in-value = Quotes became part of the value. Enter it without quotes.
advice-backslashes-in-value = Backslashes became part of the value. Enter it without them.
advice-leading-blank = The value begins with a blank, so receivers ignore it. Remove the blank.
advice-letter-case = Capital and small letters matter here. Copy the value exactly.
advice-target-doubled = The host added the domain to the target. Put a dot at its end: { $expected }.
advice-target-other = It leads to { $found } instead of { $expected }.
advice-value-other = It says something else. Replace it by the value below.
advice-ownership-other-token = There is a proof of another claim. Replace it by the value below, or add ours beside it.
advice-mx-other-preference = Ours is there with another preference, which changes nothing by itself.
advice-mx-foreign = Beside ours there is { $found }, which gets a part of the mail. Remove it.
advice-mx-elsewhere = Mail goes to { $found } and does not arrive here. Replace it by { $expected }.
advice-mx-incomplete = One of our mail servers is missing. Add { $expected }.
advice-mx-null = The domain says that it takes no mail. Replace that record by { $expected }.
advice-mx-address = { $found } is an address where a name must stand. Replace it by { $expected }.
advice-mx-alias = { $found } is an alias, which a mail server’s name may not be. Enter { $expected }.
advice-mx-other-name = { $found } has our address under another name: mail arrives, but encryption can’t be checked. Enter { $expected }.
advice-mx-wildcard = The mail servers come from the wildcard { $wildcard }. Add a record of the domain’s own: { $expected }.
advice-spf-several = There are { $count } SPF records, and with more than one none counts. Join them into one.
advice-spf-syntax = Receivers can’t read it: { $problem } at “{ $part }”. Correct it, or use the value below.
advice-spf-not-allowed = { $sender }, which sends your mail, is not among those who may. Add what is in the value below.
advice-spf-sender-unknown = { $sender }, which sends your mail, has no address that could be checked.
advice-spf-allows-everyone = It lets nearly every address send in your name. Name only the networks that send your mail, and end it with -all or ~all.
advice-spf-allows-many = It lets millions of addresses send in your name. Name only the networks that send your mail.
advice-spf-no-all = It says nothing of others. End it with -all or ~all.
advice-spf-neutral = It ends with ?all, which says nothing of others. Use -all or ~all.
advice-spf-ptr = It uses ptr, which is slow and which many receivers ignore. Name the addresses instead, and remove ptr.
advice-spf-too-many-lookups = It takes { $count } look-ups where { $most } are allowed, so receivers may refuse what you send. Take out senders that you don’t use.
advice-spf-too-many-void = { $count } of its look-ups find nothing where { $most } are allowed, so receivers may refuse your mail. Remove names without an address.
advice-spf-too-many-hosts = { $name } has more mail servers than receivers look at. Name addresses instead.
advice-spf-loop = Its includes lead back to { $name }. Take one of them out.
advice-spf-include-missing = It includes { $name }, which has no SPF record. Take it out.
advice-spf-include-several = It includes { $name }, which has several SPF records, so none counts. Take it out, or tell its owner.
advice-spf-include-broken = It includes { $name }, which can’t be read: { $problem } at “{ $part }”.
advice-spf-lookup-failed = { $name }, which it names, could not be looked up. It is asked again by itself.
advice-dkim-several = There are { $count } keys at this name, so receivers can’t choose. Keep the one below.
advice-dkim-syntax = Receivers can’t read the key: { $problem } at “{ $part }”. Copy the value below exactly.
advice-dkim-revoked = The key is revoked: it is empty. Replace it by the value below.
advice-dkim-other-key = It is another key, so signatures don’t fit. Replace it by the value below.
advice-dkim-truncated = The key is cut: { $found_length } of { $expected_length } characters. If the host limits a value to 255 characters, enter it in several strings.
advice-dkim-hash = It allows a hash that is not ours. Replace it by the value below.
advice-dkim-service = It is not for mail. Replace it by the value below.
advice-dkim-testing = It is marked as a test (t=y), so failures count for nothing. Take the mark out.
advice-dkim-weak = The key has { $bits } bits, which is too weak today.
advice-dmarc-several = There are { $count } DMARC records, and with more than one none counts. Keep the one below.
advice-dmarc-syntax = Receivers can’t read it: { $problem } at “{ $part }”. Copy the value below exactly.
advice-dmarc-weaker = It says { $found } where you chose { $expected }. Replace it by the value below.
advice-dmarc-stronger = It says { $found }, which is stricter than the { $expected } that you chose. Replace it by the value below.
advice-dmarc-partial = It applies to { $percent } % of the mail only. Remove pct= to protect all of it.
advice-dmarc-no-policy = It has no valid policy, so receivers act as for p=none. Use the value below.
advice-dmarc-testing = It is marked as a test (t=y), so receivers apply { $effective }. Remove t=y when you are ready.
advice-dmarc-ignored = Receivers ignore { $part }, which is not a possible value. Correct or remove it.
advice-dmarc-subdomains-weaker = Subdomains have { $found } where the domain has { $expected }.
advice-dmarc-policy-late = The policy is not the second tag, so strict receivers pass the record over. Put p= right after v=DMARC1.
advice-dmarc-reports-elsewhere = Reports go to { $found }.
advice-dmarc-inherited = The policy comes from { $name }: { $found }.
advice-dmarc-inherited-weaker = The policy comes from { $name } and is { $found } where you chose { $expected }. Add a record of the domain’s own.
advice-dmarc-inherited-partial = The policy comes from { $name } and applies to { $percent } % of the mail only. Add a record of the domain’s own.
advice-dmarc-inherited-testing = The policy comes from { $name } and is marked as a test (t=y), so receivers apply { $effective }. Add a record of the domain’s own.
advice-dmarc-inherited-several = { $name } has { $count } DMARC records, and with more than one none counts. Add a record of the domain’s own.
advice-dmarc-inherited-syntax = The record at { $name } can’t be read: { $problem } at “{ $part }”. Add a record of the domain’s own.
advice-dmarc-inherited-unknown = { $name } could not be looked up, so we don’t know which policy applies. We’ll keep trying.
advice-sts-several = There are { $count } MTA-STS records, and with more than one none counts. Keep the one below.
advice-sts-syntax = It can’t be read: { $problem } at “{ $part }”. Copy the value below exactly.
advice-tls-rpt-several = There are { $count } records, and with more than one none counts. Keep the one below.
advice-tls-rpt-syntax = It can’t be read: { $problem } at “{ $part }”. Copy the value below exactly.
advice-tls-rpt-elsewhere = Reports go to { $found }.
advice-srv-not-offered = It says that the service is not offered. Replace it by the value below.
advice-srv-foreign = Beside ours there is { $found }, which programs may choose. Remove it.
advice-srv-other-order = Ours is there with another order, which changes nothing by itself.
advice-tlsa-other = It names another certificate. Replace it by the value below, or mail may be refused.
advice-caa-forbids = { $found } forbids the authority that issues our certificates. Add the value below.

# The operator's tab of a workspace
tab-domains = Domains
domain-proof = Ownership
domain-proof-dns = Proven by its DNS
domain-proof-vouched = Vouched for
domain-proof-none = Not proven
domain-vouch = Vouch
domain-vouch-title = Vouch for { $name }?
domain-vouch-says = You take it on yourself that this domain belongs to { $workspace }: nobody asks for the record that proves it any more. The domain is made in the mail server at once, which takes all mail for it from then on, and no other workspace can have it.
domain-vouch-submit = Vouch for it
domain-vouch-keep = Wait for the proof
domain-not-vouched = Nothing was changed: { $why }. { $advice }
domain-done-vouch = { $name } belongs to this workspace now.
domains-tenant-none-says = Domains appear here as soon as the workspace adds one.

# Setting up a device
clients-title = Set up a device
clients-say = What mail programs need to know to reach { $domain }.
clients-waiting = Not known yet
clients-waiting-says = The mail server is still setting the domain up. Look again in a moment.
clients-unverified = Programs may not find the servers yet.
clients-servers = Servers
clients-service = Service
clients-server = Server
clients-port = Port
clients-security = Encryption
clients-login = Signing in
clients-user = User name
clients-user-says = The whole address, as in name@{ $domain }
clients-password = Password
clients-password-says = That of the mailbox
service-imap = IMAP
service-imap-says = incoming mail
service-smtp = SMTP
service-smtp-says = outgoing mail
service-pop3 = POP3
service-pop3-says = incoming mail, fetched once
service-jmap = JMAP
service-jmap-says = mail in newer programs
service-caldav = CalDAV
service-caldav-says = calendars
service-carddav = CardDAV
service-carddav-says = contacts
security-tls = SSL/TLS
security-starttls = STARTTLS
clients-profile = iPhone, iPad and Mac
clients-profile-says = A profile sets up the mail of one address. It holds no password; the device asks for it.
clients-profile-get = Download profile
clients-profile-none = The mail server offers no IMAP with a server to send by, so there is no profile.
clients-address = Address
clients-address-help = An address on { $domain }.
clients-programs = Steps in common programs
program-apple = Apple Mail
program-apple-says = Download the profile above on the device itself and open it. On an iPhone or iPad go on in Settings, “Profile Downloaded”; on a Mac in System Settings, under “Device Management”. Then enter the password.
program-outlook = Outlook
program-outlook-says = Choose “Add account”, enter the whole address and the password. If Outlook finds no settings, choose “IMAP” and enter { $incoming } for incoming and { $outgoing } for outgoing mail, both with SSL/TLS.
program-thunderbird = Thunderbird
program-thunderbird-says = Choose “New account”, “Email”, enter name, whole address and password, and continue. Thunderbird finds { $incoming } and { $outgoing } by itself; choose IMAP.
program-android = Android (Gmail)
program-android-says = In Gmail choose “Add another account”, “Other”, enter the whole address, choose “Personal (IMAP)” and enter the password. The server is { $incoming } for incoming and { $outgoing } for outgoing mail, with SSL/TLS.
clients-check = What programs are told
clients-check-says = Asks the domain’s hosts, as a mail program would, whether they name these servers.
clients-ask = Ask now
clients-no-documents = The mail server asks for no records by which programs could set themselves up.
document-autoconfig = Thunderbird and others
document-autodiscover = Outlook
document-mta-sts = Encryption policy (MTA-STS)
client-verdict-right = Right
client-verdict-other = Something else
client-verdict-certificate = Wrong certificate
client-verdict-silent = No answer
client-advice-fine = It names the right servers.
client-advice-policy-testing = It names the right servers. The policy is in test mode: failures are reported, and mail is sent all the same.
client-advice-server-other = It names { $found } instead of { $expected }, so programs end up elsewhere. See where the record leads and correct what is there.
client-advice-server-not-offered = It names { $found }, which the mail server does not offer. See where the record leads and correct what is there.
client-advice-server-missing = It does not name { $expected }. See where the record leads and correct what is there.
client-advice-unencrypted = It offers { $found } without encryption. Have it taken out: passwords could be read on the way.
client-advice-unreadable = Something answers that is no such document. The record probably leads to another web server; it should lead to the mail server.
client-advice-not-there = A web server answers and has no such document. The record probably leads to another server than the mail server.
client-advice-redirect = It leads on to { $to }, which not every program follows. The record should lead to the mail server itself.
client-advice-status = It answers with the error { $status }. Try again in a while; if it stays, tell whoever runs the mail server.
client-advice-policy-off = The policy says that it is off. Tell whoever runs the mail server.
client-advice-policy-server = The policy leaves out { $expected }, so mail may be refused or reported. Tell whoever runs the mail server.
client-advice-policy-line = “{ $part }” in the policy is not a name, a colon and a value, so mail servers ignore the policy. Tell whoever runs the mail server.
client-advice-policy-no-mode = The policy has no line “mode”, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-policy-mode = The policy’s mode is “{ $part }” where it must be enforce, testing or none, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-policy-no-max-age = The policy has no line “max_age”, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-policy-max-age = The policy’s max_age is “{ $part }” where it must be a number of seconds up to 31557600, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-policy-no-server = The policy names no mail server, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-policy-bad-server = “{ $part }” in the policy is not the name of one mail server, so mail servers ignore it. Tell whoever runs the mail server.
client-advice-certificate-expired = Its certificate has expired. Tell whoever runs the mail server.
client-advice-certificate-early = Its certificate is not valid yet. Tell whoever runs the mail server.
client-advice-certificate-issuer = Its certificate comes from nobody whom programs trust. Tell whoever runs the mail server.
client-advice-certificate-name = Its certificate is for other names. The record may lead to another server; if it is right, tell whoever runs the mail server that a certificate for this name is missing.
client-advice-certificate-other = Its certificate can’t be trusted. Tell whoever runs the mail server.
client-advice-no-address = The name leads to no address on the internet. Publish the record for it, as the domain’s page says.
client-advice-timed-out = It did not answer in time. Try again in a while; if it stays, tell whoever runs the mail server.
client-advice-closed = It ended the connection without an answer. Try again in a while; if it stays, tell whoever runs the mail server.
client-advice-unreachable = No connection can be made. The record may lead to another server; if it is right, tell whoever runs the mail server.
