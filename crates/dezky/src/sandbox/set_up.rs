//! The simulated Authentik is set up as `dezky bootstrap` sets up a real one, so that `dezky doctor` finds there what it
//! finds anywhere. Its clients and people it is started with: their addresses differ from start to start.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use anyhow::anyhow;
use bootstrap::authentik::entries;
use bootstrap::{Engine, Settings, render_blueprint};
use outbound::Options;
use secrecy::SecretString;
use upstream_authentik::Authentik;

use super::announce::Addresses;
use super::home::Home;
use super::people::ADMIN_GROUP;
use super::simulators::FILES;
use crate::{english, upstreams};

/// Which entries the sandbox has.
const DONE: &str = "set-up.json";

/// Makes what is missing: at the first start, and where other entries are needed than at the one before.
pub async fn authentik(home: &Home, at: &Addresses, token: SecretString) -> anyhow::Result<()> {
    let mut hasher = DefaultHasher::new();
    render_blueprint(&entries(&Settings::example())).hash(&mut hasher);
    let wanted = hasher.finish();
    if home.read::<u64>(DONE)? == Some(wanted) {
        return Ok(());
    }
    let settings = Settings {
        portal: Some(at.portal.clone()),
        operator: Some(at.operator.clone()),
        files: Some(at.ocis.clone()),
        files_client: FILES.to_owned(),
        admin_group: ADMIN_GROUP.to_owned(),
    };
    let entries = entries(&settings);
    let server = upstreams::provider_at(&at.authentik, &at.authentik.parse()?, Options::default())?;
    let authentik = Authentik::new(server, token);
    let engine = Engine::new(&authentik, &entries, &settings);
    let plan = engine.plan().await?;
    let words = english::words()?;
    engine.apply(plan, |_| {}).await.map_err(|error| anyhow!(words.explain(&error)))?;
    home.write(DONE, &wanted)
}
