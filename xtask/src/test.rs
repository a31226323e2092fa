//! `cargo xtask test`: everything that must pass, in order, up to the first failure.

use anyhow::Result;
use tokio::process::Command;

use crate::postgres::Cluster;
use crate::process::{cargo, run as run_command};
use crate::stages::Stages;
use crate::tidy;
use crate::tools::{self, Browser};
use crate::workspace::{Package, Workspace};

/// What needs no second database: it tries upstreams, pages and texts, by statements that other tests try. What several
/// instances do beside one another, and what a death leaves, differs from one database to the other and isn't here.
const SAME_ON_BOTH: &str = "binary(e2e) | test(laws::) | test(thousand) | test(clients::) | test(settings::) | \
                            test(doctor::) | test(start::) | test(sandbox_pages::) | test(an_action_on_what) | \
                            test(each_form) | \
                             test(/^(bootstrap|bootstrap_left|bootstrap_stalwart|composed|conformance|deploy)::/) | \
                             test(/^(documented|traces|up)::/)";

/// The crate of the template of a slice.
const TEMPLATE: &str = "example";

/// The test binary of the browser journeys.
const JOURNEYS: &str = "e2e";

/// Runs the stages. `fast` leaves out the browser journeys and the second database.
pub async fn run(fast: bool) -> Result<()> {
    let mut stages = Stages::default();
    let done = all(fast, &mut stages).await;
    stages.print();
    done
}

async fn all(fast: bool, stages: &mut Stages) -> Result<()> {
    let browser = stages.run("prerequisites", prerequisites(fast)).await?;
    let mut format = cargo();
    format.args(["fmt", "--all", "--check"]);
    stages.run("format", run_command(format)).await?;
    stages.run("tidy", async { tidy::run() }).await?;
    let suite = Suite { workspace: Workspace::load()?, has_nextest: tools::has_nextest().await, browser };
    stages.run("build and lints", run_command(suite.build())).await?;
    stages.run("tests on SQLite", run_command(suite.on_sqlite())).await?;
    if fast {
        return Ok(());
    }
    let on_postgres = async {
        let cluster = Cluster::start().await?;
        run_command(suite.on_postgres(&cluster.url)).await
    };
    stages.run("tests on PostgreSQL", on_postgres).await
}

async fn prerequisites(fast: bool) -> Result<Option<Browser>> {
    if fast {
        return Ok(None);
    }
    tools::postgres().await?;
    Ok(Some(tools::browser().await?))
}

/// The tests of the whole workspace.
struct Suite {
    workspace: Workspace,
    has_nextest: bool,
    /// None leaves out the browser journeys.
    browser: Option<Browser>,
}

impl Suite {
    fn build(&self) -> Command {
        let mut command = self.command();
        command.args(["--workspace", "--no-run"]);
        command
    }

    fn on_sqlite(&self) -> Command {
        let mut command = self.command();
        if self.has_nextest {
            command.arg("--workspace");
            // A filter that names no binary at all is refused.
            if self.browser.is_none() && self.tests().contains(&JOURNEYS) {
                command.args(["-E", &format!("not binary({JOURNEYS})")]);
            }
        } else {
            // The template of a slice has its table only once it has become one.
            command.args(["--workspace", "--exclude", TEMPLATE]);
            if self.browser.is_none() {
                // cargo test can't leave a test binary out; so all others are named.
                command.args(["--lib", "--bins"]);
                for test in self.tests().into_iter().filter(|name| *name != JOURNEYS) {
                    command.args(["--test", test]);
                }
            }
        }
        command
    }

    /// The tests of the crates that use a database, but for what says the same of both.
    fn on_postgres(&self, url: &str) -> Command {
        let mut command = self.command();
        command.env("TEST_DATABASE_URL", url);
        let with_data = self.with_data().map(|package| package.name.as_str());
        if self.has_nextest {
            // The whole workspace is built again as it is; choosing packages would build them with other features.
            let packages: Vec<_> = with_data.map(|name| format!("package(={name})")).collect();
            let filter = format!("({}) & not ({SAME_ON_BOTH})", packages.join(" | "));
            command.args(["--workspace", "-E", &filter]);
        } else {
            for name in with_data {
                command.args(["-p", name]);
            }
        }
        command
    }

    fn command(&self) -> Command {
        let mut command = cargo();
        if self.has_nextest {
            command.args(["nextest", "run", "--all-features"]);
        } else {
            command.args(["test", "--all-features"]);
        }
        // Clippy's driver is the compiler with more lints. As the wrapper of our own crates it builds and lints them at
        // once, where `cargo clippy` would compile everything for itself.
        command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
        command.env_remove("TEST_DATABASE_URL");
        command.env_remove("DATABASE_URL");
        // Most tests wait now and then for what a process does by itself: twice as many as there are processors.
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        command.env("NEXTEST_TEST_THREADS", (2 * processors).to_string());
        // A panic says where it was; the frames of a runtime would push what it says out of sight. So nobody needs the
        // lines of frames, which are a good part of what is compiled and linked.
        command.env("RUST_BACKTRACE", "0");
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        if let Some(browser) = &self.browser {
            command.env("CHROMIUM", &browser.chromium);
            command.env("CHROMEDRIVER", &browser.chromedriver);
        }
        command
    }

    fn with_data(&self) -> impl Iterator<Item = &Package> {
        let members = self.workspace.members.iter();
        members.filter(|package| package.touches("db") && package.name != TEMPLATE)
    }

    /// Names of all test binaries.
    fn tests(&self) -> Vec<&str> {
        let members = self.workspace.members.iter();
        let mut tests: Vec<&str> = members.flat_map(Package::tests).collect();
        tests.sort_unstable();
        tests.dedup();
        tests
    }
}
