//! Whose account a token is taken for, as the server is told: which claim, which issuer, and whether accounts are made.

use kernel::Clock;
use outbound::Cause;
use secrecy::SecretString;
use serde_json::{Value, json};
use simulator::{Running, State as _};

use super::issuer::{ISSUER, Issuer, jwt};
use super::{SERVICE, TOKEN, client_of, clock, setup, start};
use crate::sim::{Userinfo, World};
use crate::{Credential, Ocis, TokenStatus};

/// An issuer, a simulator that trusts it, and a client with the service user's token.
struct Rig {
    issuer: Issuer,
    sim: Running<World>,
    ocis: Ocis,
    clock: Clock,
}

impl Rig {
    async fn start() -> Self {
        let clock = clock();
        let issuer = Issuer::start(clock.clone(), SERVICE).await;
        let userinfo = Userinfo {
            client: client_of("Authentik", &issuer.origin),
            path: "/application/o/userinfo/".to_owned(),
        };
        let sim = start(setup(clock.clone(), Some(userinfo))).await;
        let ocis = Ocis::new(client_of("oCIS", &sim.origin), Credential::Token(TOKEN.into()));
        Self { issuer, sim, ocis, clock }
    }

    fn told(&self, switches: &Value) {
        self.sim.store.write(|world| world.put("issuers", "external", switches)).unwrap();
    }

    /// A new token with these claims.
    fn token(&self, claims: Value) -> SecretString {
        let mut book = self.issuer.book.lock().unwrap();
        book.subject = claims["sub"].as_str().unwrap_or("somebody").to_owned();
        book.claims = claims;
        let token = jwt(ISSUER, self.clock.now().seconds() + 600, book.tokens.len());
        book.tokens.push(token.clone());
        token.into()
    }

    /// How a new token with these claims is taken.
    async fn token_status(&self, claims: Value) -> TokenStatus {
        self.ocis.token_status(self.token(claims)).await.unwrap()
    }

    fn names(&self, kind: &str, field: &str) -> Vec<String> {
        let inventory = self.sim.store.read(World::inventory);
        let rows = inventory[kind].as_array().unwrap().iter();
        rows.map(|row| row[field].as_str().unwrap().to_owned()).collect()
    }
}

fn name_of(status: &TokenStatus) -> Option<&str> {
    match status {
        TokenStatus::Accepted(me) => Some(&me.user_name),
        _ => None,
    }
}

/// T 20, T 21, and for the empty address section 13.
#[tokio::test]
async fn who_has_no_account_is_refused_or_gets_one_as_the_server_is_told() {
    let rig = Rig::start().await;
    let alice = json!({"sub": "a", "preferred_username": "alice", "name": "Alice Example", "groups": ["g"]});
    assert_eq!(rig.token_status(alice.clone()).await, TokenStatus::UnknownAccount);
    assert_eq!(rig.names("users", "onPremisesSamAccountName"), [SERVICE]);

    rig.told(&json!({"autoprovisions": true}));
    let mut without = alice.clone();
    without["email"] = json!("");
    assert_eq!(rig.token_status(without).await, TokenStatus::Failed);
    assert_eq!(rig.token_status(json!({"sub": "b", "name": "B"})).await, TokenStatus::Failed);
    assert_eq!(rig.names("users", "onPremisesSamAccountName"), [SERVICE]);
    let TokenStatus::Accepted(me) = rig.token_status(alice.clone()).await else { panic!("nothing is made") };
    assert_eq!((me.user_name.as_str(), me.is_admin), ("alice", false));
    // The claim still finds nobody, and who has the name is taken for it.
    let TokenStatus::Accepted(again) = rig.token_status(alice.clone()).await else { panic!("it is gone") };
    assert_eq!(again.id, me.id);

    rig.told(&json!({"autoprovisions": true, "claim": "preferred_username"}));
    rig.sim.store.write(|world| world.put("users", &me.id, &json!({"accountEnabled": false}))).unwrap();
    let dropped = rig.ocis.token_status(rig.token(alice.clone())).await.unwrap_err();
    assert_eq!(dropped.cause, Cause::Closed);
    rig.told(&json!({"claim": "preferred_username"}));
    assert_eq!(rig.token_status(alice).await, TokenStatus::UnknownAccount);
}

#[tokio::test]
async fn a_claim_is_looked_for_where_the_server_is_told_to() {
    let rig = Rig::start().await;
    let id = rig.ocis.probe().await.unwrap().id;
    rig.sim.store.write(|world| world.put("users", &id, &json!({"mail": "svc@example.test"}))).unwrap();
    let claims = json!({"sub": SERVICE, "account": id, "email": "SVC@example.test"});
    for (switches, is_known) in [
        (json!({}), true),
        (json!({"claim": "account"}), false),
        (json!({"claim": "account", "attribute": "userid"}), true),
        (json!({"attribute": "userid"}), false),
        (json!({"claim": "email", "attribute": "mail"}), true),
    ] {
        rig.told(&switches);
        let taken = rig.token_status(claims.clone()).await;
        assert_eq!(name_of(&taken), is_known.then_some(SERVICE), "{switches}");
        assert!(is_known || taken == TokenStatus::UnknownAccount, "{switches}");
    }
    rig.told(&json!({"claim": "nothing"}));
    assert_eq!(rig.token_status(claims.clone()).await, TokenStatus::Failed);
    rig.told(&json!({"issuer": "https://id.example.test/application/o/another/"}));
    assert_eq!(rig.token_status(claims).await, TokenStatus::Rejected);
    assert!(rig.sim.store.write(|world| world.put("issuers", "x", &json!({"attribute": "shoe"}))).is_err());
}
