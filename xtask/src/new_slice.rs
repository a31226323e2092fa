//! `cargo xtask new-slice <noun>`: makes a slice of the template beside this crate's source, and a line of it in each
//! list that knows all slices. Nothing is written before everything was read and found in order.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{cargo, run as run_to_its_end};
use crate::workspace::{Layer, Workspace};

/// Where the template is.
const TEMPLATE: &str = "xtask/template/example/";
/// The template of its tables.
const MIGRATION: &str = "xtask/template/migration.rs";
const MIGRATIONS: &str = "crates/migrations/src/";
const WIRING: &str = "crates/dezky/src/wiring.rs";
/// Where its list of slices begins.
const SLICES: &str = "    let slices = vec![";
/// What stands before each of them.
const ENTRY: &str = "\n        ";

/// What no crate can be called, though it has but letters.
const TAKEN: &[&str] = &[
    "abstract", "alloc", "async", "await", "become", "box", "break", "const", "continue", "core", "crate",
    "dyn", "else", "enum", "extern", "false", "final", "for", "gen", "impl", "let", "loop", "macro", "match",
    "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "std", "struct",
    "super", "test", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Makes the slice, and says what is left to do.
pub async fn run(noun: &str) -> Result<()> {
    let noun = Noun::read(noun)?;
    let repository = Repository::load()?;
    repository.check(&noun)?;
    let files = repository.files_of(&noun)?;
    for File { path, text } in &files {
        let whole = repository.root.join(path);
        if let Some(folder) = whole.parent() {
            fs::create_dir_all(folder).with_context(|| path.clone())?;
        }
        fs::write(&whole, text).with_context(|| path.clone())?;
        println!("{path}");
    }
    // Shorter and longer nouns break lines elsewhere.
    let mut format = cargo();
    format.args(["fmt", "-p", &noun.one]);
    run_to_its_end(format).await?;
    println!("{}", noun.next());
    Ok(())
}

/// What a slice is about.
#[derive(Debug)]
struct Noun {
    /// In the singular, as its crate is called.
    one: String,
    /// What its ids begin with.
    prefix: String,
}

impl Noun {
    fn read(text: &str) -> Result<Self> {
        let is_word = text.len() >= 3 && text.bytes().all(|letter| letter.is_ascii_lowercase());
        ensure!(is_word, "“{text}” must be three or more lower-case letters, such as `contract`");
        ensure!(!TAKEN.contains(&text), "“{text}” means something in Rust; choose another noun");
        let prefix = text.chars().take(3).collect();
        Ok(Self { one: text.to_owned(), prefix })
    }

    fn many(&self) -> String {
        format!("{}s", self.one)
    }

    /// As the name of a type.
    fn capital(&self) -> String {
        let (first, rest) = self.one.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    }

    /// What is said of the template's noun, said of this one. All others follow from these.
    fn pairs(&self) -> [(&'static str, String); 7] {
        let article = if self.one.starts_with(['a', 'e', 'i', 'o', 'u']) { "n" } else { "" };
        [
            ("An example", format!("A{article} {}", self.one)),
            ("an example", format!("a{article} {}", self.one)),
            ("EXAMPLE", self.one.to_uppercase()),
            ("Example", self.capital()),
            ("example", self.one.clone()),
            ("\"exa\"", format!("\"{}\"", self.prefix)),
            ("exa_", format!("{}_", self.prefix)),
        ]
    }

    /// A text of the template about this noun.
    fn fill(&self, template: &str) -> String {
        let pairs = self.pairs();
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(letter) = rest.chars().next() {
            let pair = pairs.iter().find(|(from, _)| rest.starts_with(from));
            let length = if let Some((from, to)) = pair {
                filled.push_str(to);
                from.len()
            } else {
                filled.push(letter);
                letter.len_utf8()
            };
            rest = &rest[length..];
        }
        filled
    }

    /// What a person does from here on.
    fn next(&self) -> String {
        let one = &self.one;
        format!(
            "\nThe slice {one} is there, and works. From here on (CONTRIBUTING.md, “Adding a slice”):\n\
             1. `cargo check -p {one}`, then change its rules, table, texts and icon into what they should be.\n\
             2. `INSTA_UPDATE=always cargo test -p dezky -p migrations`, the latter on PostgreSQL too, and read what changed.\n\
             3. `cargo xtask tidy` and `cargo nextest run -p {one} --all-features`."
        )
    }
}

/// A file of the repository.
#[derive(Debug)]
struct File {
    /// From the root.
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|ending| ending == "rs")
    }
}

/// What a new slice must fit into.
struct Repository {
    root: PathBuf,
    slices: Vec<String>,
    files: Vec<File>,
}

impl Repository {
    fn load() -> Result<Self> {
        let workspace = Workspace::load()?;
        let slices = workspace.members.iter().filter(|member| member.layer() == Some(Layer::Slice));
        let is_read = |path: &String| {
            path == "Cargo.toml"
                || path.starts_with("xtask/template/")
                || (path.starts_with("crates/")
                    && [".rs", ".toml", ".ftl"].iter().any(|ending| path.ends_with(ending)))
        };
        let read = |path: String| -> Result<File> {
            let text = fs::read_to_string(workspace.root.join(&path)).with_context(|| path.clone())?;
            Ok(File { path, text })
        };
        Ok(Self {
            slices: slices.map(|slice| slice.name.clone()).collect(),
            files: workspace.files()?.into_iter().filter(is_read).map(read).collect::<Result<_>>()?,
            root: workspace.root.clone(),
        })
    }

    fn text(&self, path: &str) -> Result<&str> {
        let file = self.files.iter().find(|file| file.path == path);
        Ok(&file.with_context(|| format!("the repository has no {path}"))?.text)
    }

    /// The template's own files.
    fn template(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.starts_with(TEMPLATE))
    }

    /// Refuses a noun that something has.
    fn check(&self, noun: &Noun) -> Result<()> {
        let (one, many) = (&noun.one, noun.many());
        for name in [one, &many] {
            let folder = format!("crates/{name}");
            ensure!(!self.root.join(&folder).exists(), "{folder} is there already");
            let line = format!("{name} = ");
            let is_crate = self.text("Cargo.toml")?.lines().any(|known| known.starts_with(&line));
            ensure!(!is_crate, "the workspace's Cargo.toml has a crate {name} already");
        }
        self.check_absent("crates/", &format!("audit-noun-{one} ="), "has that noun in the log")?;
        self.check_absent(MIGRATIONS, &format!("CREATE TABLE {many} ("), "makes the table")?;
        self.check_absent("crates/", &format!("Id = \"{}\";", noun.prefix), "has the prefix for ids")?;
        let clash = self.template().find(|file| file.is_rust() && means_another(file, noun));
        if let Some(File { path, .. }) = clash {
            bail!("{one} is the name of something else in {path}; choose another noun");
        }
        Ok(())
    }

    fn check_absent(&self, folder: &str, text: &str, told: &str) -> Result<()> {
        let mut files = self.files.iter().filter(|file| file.path.starts_with(folder));
        match files.find(|file| file.text.contains(text)) {
            Some(File { path, .. }) => bail!("{path} {told} already: `{}`", text.trim()),
            None => Ok(()),
        }
    }

    /// All that is written: the crate, its migration, and the lists with one more line.
    fn files_of(&self, noun: &Noun) -> Result<Vec<File>> {
        let (one, many) = (&noun.one, noun.many());
        let mut files: Vec<File> = self.template().map(|file| of_template(file, noun)).collect();
        ensure!(!files.is_empty(), "{TEMPLATE} is empty");
        let migration = format!("m{:03}_{many}", self.last_migration()? + 1);
        let text = noun.fill(&self.text(MIGRATION)?.replace("m000_examples", &migration));
        files.push(File { path: format!("{MIGRATIONS}{migration}.rs"), text });
        files.push(self.list_of_migrations(&migration)?);
        let is_ours = |line: &str| line.contains(" = { path = \"crates/");
        files.push(self.with_line(
            "Cargo.toml",
            &is_ours,
            &format!("{one} = {{ path = \"crates/{one}\" }}"),
        )?);
        let is_slice = |line: &str| {
            let name = line.strip_suffix(".workspace = true");
            name.is_some_and(|name| self.slices.iter().any(|slice| slice == name))
        };
        files.push(self.with_line(
            "crates/dezky/Cargo.toml",
            &is_slice,
            &format!("{one}.workspace = true"),
        )?);
        files.push(self.wiring(noun)?);
        Ok(files)
    }

    /// The greatest number of a migration.
    fn last_migration(&self) -> Result<u32> {
        let names =
            self.files.iter().filter_map(|file| file.path.strip_prefix(MIGRATIONS)?.strip_prefix('m'));
        let numbers = names.filter_map(|name| name.split('_').next()?.parse::<u32>().ok());
        numbers.max().with_context(|| format!("{MIGRATIONS} has no migration"))
    }

    fn list_of_migrations(&self, migration: &str) -> Result<File> {
        let path = format!("{MIGRATIONS}lib.rs");
        let text = self.text(&path)?;
        let text = after_last(text, &|line| line.starts_with("mod m"), &format!("mod {migration};"));
        let new = format!("            Box::new({migration}::Migration),");
        let text = text.and_then(|text| after_last(&text, &|line| line.contains("Box::new(m"), &new));
        Ok(File { text: text.with_context(|| format!("{path} has no list of migrations"))?, path })
    }

    /// Before the last slice of the list, which shows something of all others.
    fn wiring(&self, noun: &Noun) -> Result<File> {
        let text = self.text(WIRING)?;
        let start = text.find(SLICES).context("the wiring has no list of slices")? + SLICES.len();
        let length = text[start..].find("\n    ];").context("the list of slices has no end")?;
        let list = &text[start..start + length];
        // What an entry goes on with in a second line stands further right.
        let is_entry = |at: usize| !list[at + ENTRY.len()..].starts_with(' ');
        let mut entries = list.rmatch_indices(ENTRY).map(|(at, _)| at);
        let place = entries.find(|at| is_entry(*at)).context("the list of slices is empty")?;
        let (before, after) = text.split_at(start + place);
        let (one, capital) = (&noun.one, noun.capital());
        let text = format!("{before}{ENTRY}{one}::slice(&{one}::{capital}s::new(p)),{after}");
        Ok(File { path: WIRING.to_owned(), text })
    }

    fn with_line(&self, path: &str, is_like: &dyn Fn(&str) -> bool, line: &str) -> Result<File> {
        let text = after_last(self.text(path)?, is_like, line);
        let text = text.with_context(|| format!("{path} has no line beside which `{line}` could stand"))?;
        Ok(File { path: path.to_owned(), text })
    }
}

fn of_template(file: &File, noun: &Noun) -> File {
    let path = file.path.replacen(TEMPLATE, "crates/example/", 1);
    File { path: noun.fill(&path), text: noun.fill(&file.text) }
}

/// A text with one more line after the last of those that are like it; none where there is no such line.
fn after_last(text: &str, is_like: &dyn Fn(&str) -> bool, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|known| is_like(known))?;
    lines.insert(last + 1, line);
    Some(lines.join("\n") + "\n")
}

/// True when the code of the template calls something by that noun.
fn means_another(file: &File, noun: &Noun) -> bool {
    let names = [noun.one.clone(), noun.many(), noun.capital(), format!("{}s", noun.capital())];
    let code = file.text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut words =
        code.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'));
    let is_replaced = |word: &str| matches!(word, "example" | "examples" | "Example" | "Examples");
    words.any(|word| names.iter().any(|name| name == word) && !is_replaced(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noun(text: &str) -> Noun {
        Noun::read(text).unwrap()
    }

    #[test]
    fn each_form_of_the_noun_is_filled_in_once() {
        let template =
            "//! An example, and an example. Examples { EXAMPLE, \"exa\", exa_1, nav-examples, exact }";
        assert_eq!(
            noun("invoice").fill(template),
            "//! An invoice, and an invoice. Invoices { INVOICE, \"inv\", inv_1, nav-invoices, exact }"
        );
        assert_eq!(noun("counterexample").fill("an example: Example"), "a counterexample: Counterexample");
        assert_eq!(noun("example").fill(template), template);
    }

    #[test]
    fn only_a_word_of_three_letters_or_more_is_a_noun() {
        for bad in ["", "ab", "Invoice", "two-words", "two_words", "r2d2", "øre", "type"] {
            assert!(Noun::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_comes_after_the_last_that_is_like_it() {
        let like = |line: &str| line.starts_with("mod ");
        assert_eq!(
            after_last("mod a;\nmod b;\n\nuse c;\n", &like, "mod d;").unwrap(),
            "mod a;\nmod b;\nmod d;\n\nuse c;\n"
        );
        assert_eq!(after_last("use c;\n", &like, "mod d;"), None);
    }

    #[test]
    fn every_list_of_this_repository_takes_a_slice() {
        let repository = Repository::load().unwrap();
        let zebra = noun("zebra");
        repository.check(&zebra).unwrap();
        let files = repository.files_of(&zebra).unwrap();
        let text = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.as_str();
        let wiring = text(WIRING);
        assert!(
            wiring.contains("        zebra::slice(&zebra::Zebras::new(p)),\n        home::slice("),
            "{wiring}"
        );
        assert!(text("Cargo.toml").contains("\nzebra = { path = \"crates/zebra\" }\n"));
        assert!(text("crates/dezky/Cargo.toml").contains("\nzebra.workspace = true\n"));
        assert!(text("crates/zebra/src/model.rs").contains("ZebraId = \"zeb\";"));
        assert!(text("crates/migrations/src/lib.rs").contains("_zebras::Migration),\n"));
        for taken in ["tenant", "alias", "url", "page"] {
            assert!(repository.check(&noun(taken)).is_err(), "{taken}");
        }
    }
}
