# Why a step can't be done
blocked-foreign = “{ $title }” already exists on the service and wasn’t created by Dezky. It’s left unchanged.
blocked-name-unmanaged = “{ $title }” already exists on the service and wasn’t created by Dezky.
blocked-name-marked = “{ $title }” already exists on the service and belongs to another object of Dezky.
blocked-name-unknown = “{ $title }” belongs to something of Dezky that this database doesn’t have, such as a workspace created after the backup that was restored. It’s left unchanged.
blocked-gone = “{ $title }” was there when the backup was made and is gone since. Apply the plan to create it again.
blocked-not-shown = The service doesn’t show what it reported as created.
blocked-disappeared = The object disappeared while it was being changed.
blocked-not-applied = The service accepted the change of “{ $title }” but still has the old value.
blocked-not-deleted = The service still has what it reported as deleted.
blocked-configuration = Its configuration can’t be read. The log says why.
blocked-need-missing = Something that “{ $title }” needs isn’t there yet.
blocked-database = Dezky couldn’t use its database. The log says why.
blocked-removals-stopped = More than { $most } objects of this workspace were about to be deleted within an hour, and no one requested it. Nothing more is deleted until an operator confirms.
