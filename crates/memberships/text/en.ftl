# What members have upstream

kind-authentik-user = Account
kind-authentik-membership = Membership
kind-ocis-user = Files account
kind-ocis-membership = Shared space membership
kind-ocis-quota = Limit of their own drive
step-authentik-user = Account
step-authentik-membership = Membership
step-ocis-user = Files account
step-ocis-membership = Shared space membership
step-ocis-quota = Limit of their own drive

# In the log

audit-noun-member = Members
action-member-create = Member added
action-member-adopt = Member record created from a role
action-member-mailbox = Mailbox added
action-member-remove = Member removed
action-invitation-resend = Invitation sent again
