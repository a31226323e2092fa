# Mail domains
nav-domains = Domains
domain-add = Add domain
domain-add-title = Add domain
domain-add-help = For example acme.com. Next, you’ll prove that it’s yours.
domain-name = Domain
domain-state = State
domain-next = Next step
domain-checked = Checked
domain-workspace = Workspace
domains-search = Domain name
domains-say = { $verified } of { $all } verified.
domains-worst = { $name } needs attention.
domains-all-say = The mail domains of all workspaces.
domains-shown = { $count ->
    [one] One domain
   *[other] { $count } domains
}
domains-none = No domains yet
domains-none-says = Add the domain you send and receive mail with.
domains-all-none-says = Domains appear here as soon as a workspace adds one.
domain-state-unproven = Not proven
domain-state-pending = Setting up
domain-state-verified = Verified
domain-state-attention = Needs attention
domain-state-removing = Removing
domain-state-suspended = Suspended
domain-state-ended = Ended
domain-says-unproven = Waiting for the record that proves the domain is yours. Nothing is set up before that.
domain-says-making = The mail server is creating the keys that sign mail.
domain-says-removing = The mail server is removing this domain.
domain-says-suspended = The workspace is suspended: mail still arrives, but members can’t read it. Records show the last check.
domain-says-ended = This workspace has ended, so the domain isn’t in use. Records show the last check.
domain-wrong-missing = { $what } is missing.
domain-wrong-mismatch = { $what } isn’t right.
domain-wrong-conflict = { $what } conflicts with another record.
domain-wrong-more = { $more ->
    [one] One more required record isn’t right.
   *[other] { $more } more required records aren’t right.
}
domain-says-all = Mail arrives and is signed. Every record is right.
domain-says-optional = { $left ->
    [one] Mail arrives and is signed. One recommended record is missing or differs.
   *[other] Mail arrives and is signed. { $left } recommended records are missing or differ.
}
domain-prove-says = Prove that you control this domain: add this record at its DNS host. We check automatically and update this page.
domain-is-primary = Primary domain
domain-host = DNS at { $host }
domain-lapses = Claimed until
domain-zone = Zone file
domain-recheck = Check now
domain-records = Records
domain-records-say = { $right } of { $all } right
domain-asked = Last checked
domain-asked-of = at { $server }
domain-policy-title = Spoofed mail
domain-policy = When mail fails DMARC
domain-policy-help = Changing this changes the DMARC record you publish.
domain-policy-save = Save policy
policy-unset = Mail server’s suggestion
policy-none = Deliver it and report
policy-quarantine = Treat it as spam
policy-reject = Refuse it
domain-history = History
domain-history-says = only checks that found a change
domain-ways = Use this domain
domain-make-primary = Make primary
domain-primary-title = Make { $name } primary?
domain-primary-making = Mail to this domain doesn’t arrive yet: it’s still being set up.
domain-primary-unchecked = We don’t know yet whether mail to this domain arrives: its DNS records haven’t been checked.
domain-primary-missing = Mail to this domain may not arrive yet. Still missing or wrong: { $what }.
domain-primary-says = New mailboxes get their address on the primary domain.
domain-primary-cancel = Not yet
domain-remove = Remove domain
domain-primary-stays = The primary domain can’t be removed. Make another domain primary first.
domain-keep = Keep it
domain-cancel = Cancel
domain-kept = The domain wasn’t removed.
domain-kept-says = It’s still used by { $what }. Remove or move these, then remove the domain again.
domain-remove-title = Remove { $name }?
domain-remove-says = Mail to it is refused from then on, and its signing keys are deleted. A domain still used by mailboxes, aliases or lists is kept.
domain-remove-claim-says = Your claim to this domain is removed. Nothing was set up for it.
domain-done-recheck = The records were checked.
domain-done-dmarc = The policy was saved. Publish the new DMARC record.
domain-done-primary = This is now the primary domain.
domain-done-remove = The domain was removed.

# Records
record-ok = Right
record-missing = Missing
record-mismatch = Differs
record-conflict = Conflict
record-error = No answer
record-recommended = recommended
record-name = Name
record-type = Type
record-value = Value
purpose-ownership = Ownership
purpose-mx = Incoming mail
purpose-spf = Senders (SPF)
purpose-dkim = Signature (DKIM)
purpose-dmarc = Spoofed mail (DMARC)
purpose-mta-sts = Encryption (MTA-STS)
purpose-tls-rpt = Encryption reports
purpose-client-config = Mail programs
purpose-service = Service
served-imap = Mail programs (IMAP)
served-imaps = Mail programs (IMAP)
served-jmap = Mail programs (JMAP)
served-pop3 = Mail programs (POP3)
served-pop3s = Mail programs (POP3)
served-submission = Mail programs (sending)
served-submissions = Mail programs (sending)
served-caldav = Calendars (CalDAV)
served-caldavs = Calendars (CalDAV)
served-carddav = Contacts (CardDAV)
served-carddavs = Contacts (CardDAV)
purpose-tlsa = Certificate (DANE)
purpose-caa = Certificates (CAA)
purpose-other = Other
host-relative = { $host } expects the name without the domain, and @ for the domain itself. Leave out quotes around the value.
host-relative-or-empty = { $host } expects the name without the domain, and an empty name for the domain itself. Leave out quotes around the value.
host-full = { $host } expects the full name. Put text values in quotes.

# What is the case, and what to do
advice-belongs-to-another = The proof is right, but this domain already belongs to another workspace. If it’s yours, contact your provider.
advice-fine = This record is right.
advice-no-answer = No usable answer. { $server } said: { $failure }. We’ll keep checking.
advice-resolvers-disagree = Resolvers don’t agree, and we can’t reach the domain’s own name servers. { $server } sees something else.
advice-not-everywhere = It’s right at its source, but { $server } doesn’t have it yet.
advice-stale-cache = It’s right at its source. { $server } keeps the old answer for at most { $seconds } s.
advice-authority-lame = { $server } is listed as a name server of this domain but doesn’t know it. Correct the NS records at the registrar.
advice-authority-fails = { $server }, a name server of this domain, isn’t answering ({ $failure }).
advice-authority-split = The domain’s name servers disagree: { $right } is right, { $wrong } isn’t. Bring them to the same version of the zone.
advice-domain-not-found = { $domain } isn’t in the DNS: it isn’t registered, has expired, or has no name servers.
advice-missing = This record is missing. Add it with the name and value below.
advice-at-doubled-name = The record is at { $found_at }: the host added the domain twice. Enter the name without the domain.
advice-at-other-name = The record is at { $found_at } instead. Move it to the name below.
advice-alias-at-apex = The domain itself is an alias (CNAME) for { $target }, so it can’t have mail. Replace the alias with address records.
advice-alias-in-the-way = The name is an alias (CNAME) for { $target }, so nothing else can be there. Remove the alias.
advice-address-in-the-way = The name has its own address, { $found }, so it can’t be an alias. Remove the address.
advice-address-instead = The name has our address instead of an alias. That works until the address changes. An alias for { $expected } always works.
advice-quotes-in-value = The value contains quotes. Enter it without them.
advice-backslashes-in-value = The value contains backslashes. Enter it without them.
advice-leading-blank = The value begins with a space, so receivers ignore it. Remove the space.
advice-letter-case = Upper and lower case matter here. Copy the value exactly.
advice-target-doubled = The host added the domain to the target. End it with a dot: { $expected }.
advice-target-other = It points to { $found } instead of { $expected }.
advice-value-other = The value is different. Replace it with the value below.
advice-ownership-other-token = This proof belongs to another claim. Replace it with the value below, or add ours beside it.
advice-mx-other-preference = Ours has another preference, which alone changes nothing.
advice-mx-foreign = Another mail server, { $found }, gets part of the mail. Remove it.
advice-mx-elsewhere = Mail goes to { $found } and doesn’t arrive here. Replace it with { $expected }.
advice-mx-incomplete = One of our mail servers is missing. Add { $expected }.
advice-mx-null = The domain says it accepts no mail. Replace that record with { $expected }.
advice-mx-address = { $found } is an address, but a name is required. Replace it with { $expected }.
advice-mx-alias = { $found } is an alias, which a mail server’s name can’t be. Enter { $expected }.
advice-mx-other-name = { $found } is our server under another name: mail arrives, but encryption can’t be verified. Enter { $expected }.
advice-mx-wildcard = The mail servers come from the wildcard { $wildcard }. Add a record for the domain itself: { $expected }.
advice-spf-several = There are { $count } SPF records, and with more than one, none counts. Merge them into one.
advice-spf-syntax = Receivers can’t read it: { $problem } at “{ $part }”. Correct it, or use the value below.
advice-spf-not-allowed = { $sender }, which sends your mail, isn’t allowed to. Add what’s in the value below.
advice-spf-sender-unknown = { $sender }, which sends your mail, has no address we could check.
advice-spf-allows-everyone = It lets nearly every address send in your name. List only the networks that send your mail, and end it with -all or ~all.
advice-spf-allows-many = It lets millions of addresses send in your name. List only the networks that send your mail.
advice-spf-no-all = It doesn’t cover other senders. End it with -all or ~all.
advice-spf-neutral = It ends with ?all, which allows and forbids nothing. Use -all or ~all.
advice-spf-ptr = It uses ptr, which is slow and ignored by many receivers. List addresses instead, and remove ptr.
advice-spf-too-many-lookups = It needs { $count } lookups, and { $most } are allowed, so receivers may refuse your mail. Remove senders you don’t use.
advice-spf-too-many-void = { $count } of its lookups find nothing, and { $most } are allowed, so receivers may refuse your mail. Remove names without an address.
advice-spf-too-many-hosts = { $name } has more mail servers than receivers check. List addresses instead.
advice-spf-loop = Its includes lead back to { $name }. Remove one of them.
advice-spf-include-missing = It includes { $name }, which has no SPF record. Remove it.
advice-spf-include-several = It includes { $name }, which has several SPF records, so none counts. Remove it, or tell its owner.
advice-spf-include-broken = It includes { $name }, which can’t be read: { $problem } at “{ $part }”.
advice-spf-lookup-failed = It names { $name }, which couldn’t be looked up. We’ll keep checking.
advice-dkim-several = There are { $count } keys at this name, so receivers can’t choose. Keep the one below.
advice-dkim-syntax = Receivers can’t read the key: { $problem } at “{ $part }”. Copy the value below exactly.
advice-dkim-revoked = The key is revoked: it’s empty. Replace it with the value below.
advice-dkim-other-key = It’s another key, so signatures don’t match. Replace it with the value below.
advice-dkim-truncated = The key is cut off: { $found_length } of { $expected_length } characters. If the host limits a value to 255 characters, enter it as several strings.
advice-dkim-hash = It allows a hash that isn’t ours. Replace it with the value below.
advice-dkim-service = It isn’t for mail. Replace it with the value below.
advice-dkim-testing = It’s marked as a test (t=y), so failures are ignored. Remove t=y.
advice-dkim-weak = The key has { $bits } bits, which is too weak today.
advice-dmarc-several = There are { $count } DMARC records, and with more than one, none counts. Keep the one below.
advice-dmarc-syntax = Receivers can’t read it: { $problem } at “{ $part }”. Copy the value below exactly.
advice-dmarc-weaker = It says { $found }, but you chose { $expected }. Replace it with the value below.
advice-dmarc-stronger = It says { $found }, which is stricter than the { $expected } you chose. Replace it with the value below.
advice-dmarc-partial = It applies to only { $percent } % of your mail. Remove pct= to protect all of it.
advice-dmarc-no-policy = It has no valid policy, so receivers act as for p=none. Use the value below.
advice-dmarc-testing = It’s marked as a test (t=y), so receivers apply { $effective }. Remove t=y when you’re ready.
advice-dmarc-ignored = Receivers ignore { $part }, which isn’t a valid value. Correct or remove it.
advice-dmarc-subdomains-weaker = Subdomains have { $found }, but the domain has { $expected }.
advice-dmarc-policy-late = The policy isn’t the second tag, so strict receivers ignore the record. Put p= right after v=DMARC1.
advice-dmarc-reports-elsewhere = Reports go to { $found }.
advice-dmarc-inherited = The policy comes from { $name }: { $found }.
advice-dmarc-inherited-weaker = The policy comes from { $name } and is { $found }, but you chose { $expected }. Add a record for this domain.
advice-dmarc-inherited-partial = The policy comes from { $name } and applies to only { $percent } % of your mail. Add a record for this domain.
advice-dmarc-inherited-testing = The policy comes from { $name } and is marked as a test (t=y), so receivers apply { $effective }. Add a record for this domain.
advice-dmarc-inherited-several = { $name } has { $count } DMARC records, and with more than one, none counts. Add a record for this domain.
advice-dmarc-inherited-syntax = The record at { $name } can’t be read: { $problem } at “{ $part }”. Add a record for this domain.
advice-dmarc-inherited-unknown = { $name } couldn’t be looked up, so we don’t know which policy applies. We’ll keep checking.
advice-sts-several = There are { $count } MTA-STS records, and with more than one, none counts. Keep the one below.
advice-sts-syntax = Senders can’t read it: { $problem } at “{ $part }”. Copy the value below exactly.
advice-tls-rpt-several = There are { $count } records, and with more than one, none counts. Keep the one below.
advice-tls-rpt-syntax = Senders can’t read it: { $problem } at “{ $part }”. Copy the value below exactly.
advice-tls-rpt-elsewhere = Reports go to { $found }.
advice-srv-not-offered = It says the service isn’t offered. Replace it with the value below.
advice-srv-foreign = Apps may choose another server, { $found }. Remove it.
advice-srv-other-order = Ours has another order, which alone changes nothing.
advice-tlsa-other = It names another certificate. Replace it with the value below, or mail may be refused.
advice-caa-forbids = { $found } forbids the authority that issues our certificates. Add the value below.

# The operator's tab of a workspace
tab-domains = Domains
domain-proof = Ownership
domain-proof-dns = Proven by DNS
domain-proof-vouched = Vouched for
domain-proof-none = Not proven
domain-vouch = Vouch
domain-vouch-title = Vouch for { $name }?
domain-vouch-says = You confirm that this domain belongs to { $workspace }, without a DNS proof. The mail server adds the domain immediately and accepts all its mail from then on. No other workspace can use it.
domain-vouch-submit = Vouch for domain
domain-vouch-keep = Wait for the proof
domain-not-vouched = Nothing was changed. { $why }
domain-done-vouch = { $name } now belongs to this workspace.
domains-tenant-none-says = Domains appear here as soon as the workspace adds one.

# In the log
audit-noun-domain = Domains
action-domain-add = Domain added
action-domain-prove = Domain ownership proven
action-domain-vouch = Domain vouched for
action-domain-verified = Domain verified
action-domain-attention = Domain needs attention
action-domain-primary = Primary domain changed
action-domain-dmarc = DMARC policy changed
action-domain-keep = Domain kept: still in use
action-domain-lapse = Unproven domain expired
action-domain-remove = Domain removed

## Errors
error-no-such-domain = This workspace has no such domain.
    .advice = Check the list of domains.
error-domain-known = This workspace already has this domain.
    .advice = Continue with the existing domain.
error-domain-taken = This domain belongs to another workspace.
    .advice = If it’s yours, contact your provider.
error-too-many-claims = This workspace already has { $most } unproven domains.
    .advice = Prove or remove some of them first.
error-domain-unproven = This domain isn’t proven to belong to the workspace yet.
    .advice = Publish the record that proves it, then check again.
error-primary-domain = This is the primary domain of the workspace.
    .advice = Make another domain primary first.
error-domain-in-use = This domain is still used by { $users }.
    .advice = Remove or move what uses it first.
error-not-removed-yet = The mail server hasn’t removed the domain yet. We’ll keep retrying.
    .advice = Check the domain again in a moment.
error-dns-too-slow = This domain’s DNS answers too slowly to be checked.
    .advice = Try again later, or ask the domain’s DNS host.
error-zone-unreadable = The mail server’s zone for this domain can’t be read.
    .advice = Check the domain in the mail server.
## What is wrong with a field
domain-too-long = This domain is too long for mail.
input-policy = Use none, quarantine or reject.
error-record-name-too-long = The name of a record is too long for the DNS.
    .advice = Use a shorter domain.
