//! What may be sent, by form and by JSON alike.

use kernel::input::Shape::{Integer, Label, Name, Text, Texts};
use kernel::input::{Field, Input};
use kernel::{Message, Slug};
use storage::read_gigabytes;

use crate::model::{GroupChange, MOST_AT_ONCE, MOST_NAME, MOST_TEXT, NewGroup};

/// More than any plan has.
const MOST: i64 = 1 << 60;

const NAME: Field = Field::required("name", Name(MOST_NAME), "The group's name.");
const DESCRIPTION: Field = Field::optional("description", Label(MOST_TEXT), "What the group is for.");
const ADDRESS: Field = Field::optional(
    "address",
    Text(254),
    "The address that reaches everyone in it, on a domain of the workspace.",
);
const SPACE: Field = Field::optional(
    "spaceBytes",
    Integer(1, MOST),
    "How many bytes its own space may hold; null for no space.",
);
/// The same in a form.
const GIGABYTES: Field =
    Field::optional("space", Text(20), "How many gigabytes its own space may hold; empty for none.");
const SLUG: Field = Field::optional(
    "slug",
    Text(40),
    "The name in apps, which never changes; by default made from the name.",
);
const MEMBERS: Field = Field::optional("members", Texts(MOST_AT_ONCE), "The people in it, by ID or address.");

/// The fields of a new group.
pub const NEW: &[Field] = &[NAME, SLUG, DESCRIPTION, ADDRESS, SPACE, MEMBERS];
/// The same of a form.
pub const NEW_FORM: &[Field] = &[NAME, DESCRIPTION, ADDRESS, GIGABYTES];
/// The fields of a change.
pub const CHANGE: &[Field] = &[Field { required: false, ..NAME }, DESCRIPTION, ADDRESS, SPACE];
/// The same of a form.
pub const CHANGE_FORM: &[Field] = &[NAME, DESCRIPTION, ADDRESS, GIGABYTES];
/// The people who are added.
pub const PEOPLE: &[Field] =
    &[Field::required("members", Texts(MOST_AT_ONCE), "The people to add, by ID or address.")];

/// The bytes of a space, from either field.
fn space(input: &mut Input) -> Option<i64> {
    if let Some(bytes) = input.integer("spaceBytes") {
        return Some(bytes);
    }
    input.read("space", |text| {
        let bytes = read_gigabytes(text).filter(|bytes| (1..=MOST).contains(bytes));
        bytes.ok_or(Message::new("input-gigabytes"))
    })
}

/// Reads a new group.
pub fn new(input: &mut Input) -> Option<NewGroup> {
    let slug = if input.has("slug") { input.parse::<Slug>("slug") } else { None };
    let (name, description, address) =
        (input.name("name"), input.name("description"), input.parse("address"));
    let (space, people) = (space(input), input.texts("members").unwrap_or_default());
    Some(NewGroup { name: name?, slug, description, address, space, people })
}

/// Reads a change. A space is taken away by its own action, so a form that leaves it empty says nothing of it.
pub fn change(input: &mut Input) -> GroupChange {
    GroupChange {
        name: input.name("name"),
        description: input.clearable("description", |input| input.name("description")),
        address: input.clearable("address", |input| input.parse("address")),
        space: input.clearable("spaceBytes", space),
    }
}

/// Reads whom to add.
pub fn people(input: &mut Input) -> Option<Vec<String>> {
    let people = input.texts("members")?;
    if people.is_empty() {
        input.fail("members", "required", Message::new("group-nobody-chosen"));
    }
    Some(people)
}
