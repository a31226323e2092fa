# Where a workspace's mail goes

nav-mail = Mail

mail-says = Every address in your workspace, and where its mail goes.
mail-addresses = Addresses
mail-domains = Domain settings
mail-search = Address or name
mail-kind = Kind
mail-kind-mailbox = Mailbox
mail-kind-alias = Alias
mail-kind-list = Distribution list
mail-kind-shared = Shared mailbox
mail-kind-group = Group
mail-find-aliases = Aliases
mail-find-lists = Distribution lists
mail-shown = { $count ->
    [one] One address
   *[other] { $count } addresses
}
mail-none = No addresses yet
mail-none-says = Members get a mailbox once the workspace has a domain.
mail-address = Address
mail-leads-to = Delivers to
mail-state = Status
mail-used = Used
mail-state-ok = Works
mail-state-busy = Being set up
mail-state-unproven = Waiting for the domain
mail-state-skipped = Not set up here
mail-state-error = Failed, retrying
mail-facts = About
mail-change = Edit settings
mail-save = Save changes
mail-cancel = Cancel
mail-not-done = Nothing was changed
mail-aliases = Aliases
mail-no-aliases = None
mail-since = Created
mail-own-domain = On one of your domains.

mail-add-alias = Add alias
mail-alias-address = New address
mail-alias-target = Delivers to
mail-alias-target-help = A mailbox, list or shared mailbox in your workspace.
mail-alias-remove = Remove alias
mail-alias-remove-title = Remove { $address }?
mail-alias-remove-says = Mail to it is returned to the sender from then on, and lists no longer send to it.

mail-add-list = Add list
mail-list-address = List address
mail-list-description = Description
mail-list-recipients = Recipients
mail-list-recipients-help = One address per line, inside or outside. Anyone can write to the list; each recipient gets a copy.
mail-list-says = { $count ->
    [0] A list without recipients: no one gets mail sent to it.
    [one] A list with one recipient.
   *[other] A list with { $count } recipients.
}
mail-list-outside = { $count ->
    [one] One recipient is outside your workspace.
   *[other] { $count } recipients are outside your workspace.
}
mail-list-outside-says = Mail to this list leaves your workspace: { $who }.
mail-and-more = { $who } and { $count } more
mail-list-nobody = { $count ->
    [one] One of these addresses isn’t in use.
   *[other] { $count } of these addresses aren’t in use.
}
mail-list-nobody-says = On your domains, but without a mailbox or list: { $who }.
mail-list-remove = Remove list
mail-list-remove-title = Remove { $address }?
mail-list-remove-says = Mail to it is returned to the sender from then on. Mail already sent stays where it is.

mail-domains-say = What happens to mail for unknown addresses.
mail-domains-none = No domains yet
mail-domains-none-says = Add and verify a domain to see its settings here.
mail-domains-add = Go to domains
mail-catch-all = Mail to unknown addresses
mail-catch-all-help = A mailbox or list in your workspace that gets it, including spam. Leave empty to return it to the sender.
mail-plus = Plus addresses
mail-plus-on = On
mail-plus-off = Off
mail-plus-help = When on, anna+news@{ $domain } reaches anna@{ $domain }.
mail-forwarding = Mailboxes can’t be forwarded.
mail-forwarding-says = The mail server has no setting for it. Instead, add a list with the address others write to, and make the mailbox and the outside address its recipients.

mail-done-alias = Alias added.
mail-done-alias-gone = Alias removed.
mail-done-list = List added.
mail-done-list-gone = List removed.
mail-done-saved = Changes saved.

# Kinds of objects upstream
kind-stalwart-list = Distribution list
step-stalwart-list = Distribution list

# In the log
audit-noun-alias = Aliases
audit-noun-list = Distribution lists
action-domain-mail = Mail settings of a domain changed
action-alias-add = Alias added
action-alias-remove = Alias removed
action-list-create = Distribution list created
action-list-update = Distribution list changed
action-list-remove = Distribution list removed

## Errors
error-no-such-alias = This workspace has no such alias.
    .advice = Check the list of addresses.
error-no-such-list = This workspace has no such distribution list.
    .advice = Check the list of addresses.
error-no-such-address = No one in this workspace has the address { $address }.
    .advice = Choose one from the list of addresses.
error-mail-loop = Mail would go in circles: { $way }.
    .advice = Leave one of these out.
error-no-alias = { $holder } It isn’t an alias.
    .advice = Remove what has this address instead.
error-alias-of-group = The group { $name } can only have its own address.
    .advice = Add a distribution list that sends to the group.
error-address-lingers = The earlier { $address } is still being removed.
    .advice = Try again in a moment.
error-too-many-lists = This workspace has { $most } lists, the most it may.
    .advice = Remove one that no one writes to.
error-too-many-aliases = { $address } has { $most } aliases, the most it may.
    .advice = Remove one that no one writes to.
## What is wrong with a field
mail-bad-address = “{ $typed }”: { $why }
mail-recipients-too-long = These addresses can be at most { $most } characters together.
mail-address-none = Enter an email address such as sales@acme.com.
mail-address-quoted = Remove the quotes before the @: few mail programs can write to them.
mail-address-syntax = Before the @, use letters a to z and digits, with dots, dashes or underscores between them.
mail-address-long = Use at most 64 characters before the @.
mail-address-domain = Enter a domain after the @, such as acme.com.

# Why a step can’t be done
blocked-recipient = “{ $address }” isn’t an email address such as mette@acme.com, so the list can’t send to it.
blocked-list-used = Something in Stalwart still uses the list.
blocked-own-domain-missing = Its domain isn’t there yet.
