# Addresses and mailboxes

kind-stalwart-mailbox = Mailbox
step-stalwart-mailbox = Mailbox
