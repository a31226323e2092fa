# Where a workspace's mail goes

nav-mail = Mail

mail-says = Every address of your workspace, and where it leads.
mail-addresses = Addresses
mail-shared = Shared mailboxes
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
mail-find-shared = Shared mailboxes
mail-shown = { $count ->
    [one] One address
   *[other] { $count } addresses
}
mail-none = No address yet
mail-none-says = Members get a mailbox as soon as the workspace has a domain.
mail-address = Address
mail-leads-to = Leads to
mail-state = Status
mail-used = In use
mail-state-ok = Works
mail-state-busy = Being set up
mail-state-unproven = Waits for the domain
mail-state-skipped = Not set up here
mail-state-error = Failed, is tried again
mail-facts = About
mail-change = Change
mail-save = Save
mail-cancel = Cancel
mail-not-done = Not done
mail-aliases = Aliases
mail-no-aliases = none
mail-since = Made
mail-own-domain = On one of your own domains.
mail-wrong-name = That is not its name.

mail-add-alias = Add alias
mail-alias-address = New address
mail-alias-target = Leads to
mail-alias-target-help = The address of a mailbox, a list or a shared mailbox of your workspace.
mail-alias-remove = Remove alias
mail-alias-remove-title = Remove { $address }?
mail-alias-remove-says = Mail to it comes back to its sender from then on, and lists that send to it do so no more.

mail-add-list = Add list
mail-list-address = Address of the list
mail-list-description = What it is for
mail-list-recipients = Recipients
mail-list-recipients-help = One address on each line, inside or outside. Anybody may write to the list, and each recipient gets a copy.
mail-list-says = { $count ->
    [0] A list without recipients: mail to it goes to nobody.
    [one] A list with one recipient.
   *[other] A list with { $count } recipients.
}
mail-list-outside = { $count ->
    [one] One recipient is outside.
   *[other] { $count } recipients are outside.
}
mail-list-outside-says = What is sent to this list leaves your workspace: { $who }.
mail-and-more = { $who } and { $count } more
mail-list-nobody = { $count ->
    [one] One of these addresses belongs to nobody.
   *[other] { $count } of these addresses belong to nobody.
}
mail-list-nobody-says = On your own domains, but without a mailbox or a list: { $who }.
mail-list-remove = Remove list
mail-list-remove-title = Remove { $address }?
mail-list-remove-says = Mail to it comes back to its sender from then on. What was sent before stays where it is.

mail-add-shared = Add shared mailbox
mail-shared-says = Mailboxes that several people read, such as support or invoices.
mail-shared-mailbox = Mailbox
mail-shared-shown = { $count ->
    [one] One shared mailbox
   *[other] { $count } shared mailboxes
}
mail-shared-readers = Read by
mail-shared-readers-help = The addresses of your members’ mailboxes, one on each line.
mail-shared-unread = nobody yet
mail-shared-name = Name
mail-shared-name-help = What people see it as.
mail-shared-none = No shared mailbox yet
mail-shared-none-says = For a copy to each person instead of one mailbox for all, add a list.
mail-shared-how = How it is read, and what it can’t do
mail-shared-how-read = Whoever reads it finds it in their mail program under “Shared Folders”, beside their own mailbox. What one person reads, moves or deletes is so for all.
mail-shared-how-send = It has no password and no sent mail of its own. To write as it, set its address as a second sender in your own mail program; whether that is accepted is up to the mail server, and the sent mail stays in your own mailbox.
mail-shared-remove = Remove shared mailbox
mail-shared-remove-title = Remove { $name }?
mail-shared-remove-says = The mailbox is destroyed with all mail in it, and nothing brings it back.

mail-domains-say = What becomes of mail to addresses that nobody has.
mail-domains-none = No domain yet
mail-domains-none-says = Add a domain and prove that it is yours; its settings are here then.
mail-domains-add = Domains
mail-catch-all = Mail to unknown addresses
mail-catch-all-help = The address of a mailbox or a list of your workspace that gets it; spam comes too. Empty: it comes back to its sender.
mail-plus = Plus addresses
mail-plus-on = On
mail-plus-off = Off
mail-plus-help = On: anna+news@{ $domain } reaches anna@{ $domain }.
mail-forwarding = A mailbox can’t be forwarded.
mail-forwarding-says = The mail server has no setting for it. Instead, make a list with the address that others write to, and put the mailbox and the address outside on it.

mail-done-alias = The alias is added.
mail-done-alias-gone = The alias is removed.
mail-done-list = The list is made.
mail-done-list-gone = The list is removed.
mail-done-shared = The shared mailbox is made.
mail-done-shared-gone = The shared mailbox is removed.
mail-done-saved = Saved.

# The passwords of one's own mail programs

nav-app-passwords = App passwords

app-passwords-say = One password for each mail program, so that losing a phone means removing one.
app-passwords-none = No app password yet
app-passwords-none-says = Make one for each program or device that reads your mail.
app-password-add = Add app password
app-password-name = Program or device
app-password-name-help = Such as “Phone”, so that you know which one it is.
app-password-mailbox = Mailbox
app-password-made-at = Made
app-password-for = Password for { $mailbox }
app-password-made = The password for { $name }
app-password-once = Type or paste it where the program asks for the password of your mailbox. Your user name there is the address of the mailbox.
app-password-done = Done
app-password-remove = Remove
app-password-remove-title = Remove the password for { $name }?
app-password-remove-says = The program that uses it can’t sign in again. A connection that is open now lasts until the program closes it.
app-password-done-gone = The password is removed.
app-password-no-mailbox = You have no mailbox that is ready
app-password-no-mailbox-says = Once you have one, you make passwords for your mail programs here.
app-password-suspended = { $name } is suspended
app-password-closed-says = You can’t create app passwords while the workspace is suspended. Contact your provider.
app-password-silent = Your passwords can’t be shown now.
app-password-silent-says = The mail server does not answer. Nothing is lost; come back in a moment.

# Kinds of objects upstream
kind-stalwart-list = Distribution list
kind-stalwart-shared = Shared mailbox
step-stalwart-list = Distribution list
step-stalwart-shared = Shared mailbox
