# Examples

nav-examples = Examples

examples-say = What this page is for, in one sentence.
examples-shown = { $count ->
    [one] One example
   *[other] { $count } examples
}
examples-none = No examples yet
examples-none-says = Add the first one. It’s set up within seconds.

example-name = Name
example-created = Created
example-state = Status
example-state-ok = Works
example-state-busy = Being set up
example-state-error = Failed, retrying
example-add = Add example
example-cancel = Cancel
example-not-done = Nothing was changed
example-remove = Remove example
example-remove-title = Remove { $name }?
example-remove-says = It’s removed from sign-in within seconds. You can’t undo this.
example-done-added = Example added.
example-done-removed = Example removed.

# The log
audit-noun-example = Examples
action-example-create = Example created
action-example-remove = Example removed

# What it has upstream
kind-authentik-example = Example
step-authentik-example = Example

## Errors
error-no-such-example = This workspace has no such example.
    .advice = Check the list of examples.
error-example-taken = “{ $name }” already exists.
    .advice = Choose another name.
error-too-many-examples = A workspace can have at most { $most } examples.
    .advice = Remove one you no longer need.

# Why a step can’t be done
blocked-example-taken = Authentik already has another group named “{ $name }”.
