//! The permissions of Dezky's account at Authentik: without any one of them something that Dezky does is refused, so each
//! of them is needed. In this process, for it is many calls.

use bootstrap::authentik::rights::RIGHTS;
use bootstrap::authentik::{TOKEN_IDENTIFIER, entries};
use bootstrap::{Engine, Entry, Settings, Verdict};
use outbound::{CallError, Cause};
use serde_json::json;
use simulator::State as _;
use tokio::net::TcpListener;
use upstream_authentik::sim::{self, Setup, Sim};
use upstream_authentik::{
    Authentik, Created, Device, DeviceKind, GroupChange, NewGroup, NewUser, TokenKind, UserChange,
};

use crate::harness::client;

const ADMIN_TOKEN: &str = "an-administrators-token";
/// Each kind, as the simulator calls it.
const DEVICES: [(DeviceKind, &str); 6] = [
    (DeviceKind::Totp, "totp"),
    (DeviceKind::WebAuthn, "webauthn"),
    (DeviceKind::RecoveryCodes, "static"),
    (DeviceKind::Sms, "sms"),
    (DeviceKind::Email, "email"),
    (DeviceKind::Duo, "duo"),
];

/// A server that is set up.
struct Bench {
    sim: Sim,
    settings: Settings,
    entries: Vec<Entry>,
    admin: Authentik,
    own: Authentik,
    role: String,
}

impl Bench {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let sim = sim::serve(listener, None, Setup::empty(ADMIN_TOKEN.into())).await.unwrap();
        let admin = Authentik::new(client(&sim.origin), ADMIN_TOKEN.into());
        let settings = Settings::example();
        let entries = entries(&settings);
        let engine = Engine::new(&admin, &entries, &settings);
        let plan = engine.plan().await.unwrap();
        let whole = engine.apply(plan, |_| {}).await.unwrap();
        let role = whole.row("role").unwrap()["pk"].as_str().unwrap().to_owned();
        let own = Authentik::new(client(&sim.origin), admin.token_key(TOKEN_IDENTIFIER).await.unwrap());
        // Which key signs is asked for where a provider has none.
        let fields = json!({"hasSigningKey": false});
        sim.store.write(|world| world.put("applications", "dezky-portal", &fields)).unwrap();
        Self { sim, settings, entries, admin, own, role }
    }

    /// What Dezky is refused first: as the product, then as the doctor.
    async fn refused(&self, round: usize) -> Option<String> {
        if let Err(error) = self.work(round).await {
            assert!(matches!(error.cause, Cause::Refused(403, _)), "{error}");
            return Some(error.to_string());
        }
        let plan = Engine::new(&self.own, &self.entries, &self.settings).plan().await.unwrap();
        let mut unread = plan.unknown().map(|step| match &step.verdict {
            Verdict::Unknown(why) => format!("{}: {why:?}", step.id),
            other => panic!("{other:?}"),
        });
        unread.find(|why| why.contains("do not have permission"))
    }

    /// The calls of the product, on a person and a group of their own.
    async fn work(&self, round: usize) -> Result<(), CallError> {
        let own = &self.own;
        let name = format!("member-{round}@acme.test");
        let new = NewUser {
            username: name.clone(),
            name: "Mette".to_owned(),
            email: name.clone(),
            path: "tenants/acme".to_owned(),
            attributes: json!({}),
            is_active: true,
            groups: Vec::new(),
        };
        own.find_user(&name).await?;
        let Created::New(user) = own.create_user(&new).await? else { panic!("{name} exists") };
        let change = UserChange { name: Some("Mette Hvid".to_owned()), ..UserChange::default() };
        own.update_user(user.id, &change).await?;
        own.set_password(user.id, &"seven brown goats".into()).await?;

        let new = NewGroup { name: format!("team-{round}"), attributes: json!({}) };
        own.find_group(&new.name).await?;
        let Created::New(group) = own.create_group(&new).await? else { panic!("{} exists", new.name) };
        let change = GroupChange { name: Some(format!("crew-{round}")), attributes: None };
        own.update_group(&group.id, &change).await?;
        own.add_to_group(&group.id, user.id).await?;
        own.remove_from_group(&group.id, user.id).await?;
        own.delete_group(&group.id).await?;

        own.sessions_of(user.id).await?;
        own.end_sessions_of(user.id).await?;
        for kind in [TokenKind::Refresh, TokenKind::Access] {
            own.tokens_of(kind, user.id).await?;
            own.delete_token(kind, i64::MAX).await?;
        }
        own.users_with_second_factor().await?;
        for (kind, word) in DEVICES {
            let (id, fields) = (round.to_string(), json!({"user": user.id}));
            self.sim.store.write(|world| world.put("devices", &format!("{word}/{id}"), &fields)).unwrap();
            own.remove_device(user.id, &device(kind, id)).await?;
        }
        own.delete_user(user.id).await
    }
}

fn device(kind: DeviceKind, id: String) -> Device {
    Device { id, kind, name: "a device".to_owned(), confirmed: true, created: None, last_used: None }
}

#[tokio::test]
async fn without_any_one_permission_something_that_dezky_does_is_refused() {
    let bench = Bench::start().await;
    assert_eq!(bench.refused(0).await, None);
    for (round, (name, allows)) in RIGHTS.iter().enumerate() {
        let one = [(*name).to_owned()];
        bench.admin.unassign_permissions(&bench.role, &one).await.unwrap();
        let refused = bench.refused(round + 1).await;
        assert!(refused.is_some(), "{name} ({allows}) is needed for nothing");
        bench.admin.assign_permissions(&bench.role, &one).await.unwrap();
    }
    assert_eq!(bench.refused(RIGHTS.len() + 1).await, None);
}
