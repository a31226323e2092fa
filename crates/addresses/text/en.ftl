# Addresses and mailboxes

kind-stalwart-mailbox = Mailbox
step-stalwart-mailbox = Mailbox

## Errors
error-address-taken = { $holder }
    .advice = Choose another address, or free this one first.
    .field = { $holder } Choose another address, or free this one first.
error-domain-not-here = { $domain } isn’t a domain of this workspace.
    .advice = Add and verify the domain first.
    .field = { $domain } isn’t a domain of this workspace. Add and verify it first.
held-by-list = { $address } is a distribution list.
held-by-shared-mailbox = { $address } is a shared mailbox.
held-by-group = { $address } is the address of the group { $name }.
held-by-mailbox = { $address } is the mailbox of { $name }.
held-by-alias = { $address } is an alias of { $name }.
held-by-alias-of-list = { $address } is an alias of the list { $of }.
held-by-alias-of-shared-mailbox = { $address } is an alias of the shared mailbox { $of }.
held-by-reservation = { $address } is reserved for { $name }, whose mailbox is waiting for a domain.
held = { $address } is already in use.
## What is wrong with an address
input-local-part = Use letters a to z and digits, with dots, dashes or underscores between them.
input-local-part-too-long = Use at most 64 characters.

# Why a step can’t be done
blocked-moved = It was moved to another domain in Stalwart. Move it back there.
blocked-mailbox-used = Something in Stalwart still uses the mailbox.
blocked-alias-domain-missing = The alias { $address } needs the domain { $domain }, which isn’t on the mail server yet.
blocked-address-taken = One of its addresses already belongs to { $address } in Stalwart.
blocked-address-of-list = One of its addresses already belongs to the list { $address } in Stalwart.
blocked-address-of-other = One of its addresses already belongs to something else in Stalwart.
