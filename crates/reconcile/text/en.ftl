# Why a step can't be done
blocked-foreign = “{ $title }” already exists there and wasn’t created by Dezky. It’s left unchanged.
blocked-name-unmanaged = An object with this name exists that Dezky didn’t create.
blocked-name-marked = An object with this name exists that’s marked as another’s.
blocked-not-shown = The service doesn’t show what it reported as created.
blocked-disappeared = The object disappeared while it was being changed.
blocked-not-applied = The service didn’t apply the change of { $field }.
blocked-not-deleted = The service still has what it reported as deleted.
blocked-configuration = Its configuration can’t be read: { $why }.
blocked-need-missing = What it needs isn’t there yet.
blocked-database = Dezky couldn’t use its database. { $why }
blocked-removals-stopped = More than { $most } objects of this workspace were about to be deleted within an hour, and no one requested it. Nothing more is deleted until an operator confirms.
