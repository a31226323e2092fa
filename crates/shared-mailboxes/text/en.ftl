# Mailboxes that several people read

mail-shared = Shared mailboxes
mail-find-shared = Shared mailboxes
mail-wrong-name = This doesn’t match the name.
mail-add-shared = Add shared mailbox
mail-shared-says = Mailboxes several people read, such as support or invoices.
mail-shared-mailbox = Mailbox
mail-shared-shown = { $count ->
    [one] One shared mailbox
   *[other] { $count } shared mailboxes
}
mail-shared-readers = Read by
mail-shared-readers-help = Addresses of your members’ mailboxes, one per line.
mail-shared-unread = No one yet
mail-shared-name = Name
mail-shared-name-help = The name people see.
mail-shared-none = No shared mailboxes yet
mail-shared-none-says = To send each person a copy instead, add a list.
mail-shared-how = How it works and its limits
mail-shared-how-read = Readers find it in their mail program under “Shared Folders”, next to their own mailbox. What one person reads, moves or deletes changes for everyone.
mail-shared-how-send = It has no password and no sent mail of its own. To write as it, add its address as a second sender in your own mail program. Whether that works is up to the mail server, and sent mail stays in your own mailbox.
mail-shared-remove = Remove shared mailbox
mail-shared-remove-title = Remove { $name }?
mail-shared-remove-says = The mailbox and all mail in it are permanently deleted.
mail-done-shared = Shared mailbox added.
mail-done-shared-gone = Shared mailbox removed.

# Kinds of objects upstream
kind-stalwart-shared = Shared mailbox
step-stalwart-shared = Shared mailbox

# In the log
audit-noun-shared = Shared mailboxes
action-shared-create = Shared mailbox created
action-shared-update = Shared mailbox changed
action-shared-remove = Shared mailbox removed

## Errors
error-no-such-shared-mailbox = This workspace has no such shared mailbox.
    .advice = Check the list of addresses.
error-no-mailbox = { $address } isn’t a member’s mailbox.
    .advice = Choose one from the list of addresses.

# Why a step can’t be done
blocked-shared-mailbox-shown = A reader’s mailbox still shows the shared mailbox.
