//! A service user of oCIS without the role Admin. The role of the real one can't be taken and given back: nobody changes
//! their own (ocis, section 3). So another account is tried in its place, and removed.

use kernel::{Clock, id};
use secrecy::ExposeSecret as _;
use upstream_ocis::{ClientCredentials, Created, Credential, NewUser, Ocis};

use super::site::Undo;
use super::{Part, Site, Told, Trouble, failed};

const TOKENS: &str = "/application/o/token/";

/// oCIS, as Dezky's service user.
pub fn server(site: &Site) -> Result<Ocis, Trouble> {
    let credential = Credential::ClientCredentials(ClientCredentials {
        issuer: site.provider()?,
        token_path: TOKENS.to_owned(),
        client_id: site.setting("OCIS_CLIENT_ID").unwrap_or("dezky-files").to_owned(),
        username: site.given("OCIS_SERVICE_USER")?,
        app_password: site.given("OCIS_SERVICE_PASSWORD")?.into(),
        clock: Clock::System,
    });
    let address = site.setting(Part::Ocis.address()).unwrap_or_default();
    Ok(Ocis::new(site.client("oCIS", address, None)?, credential))
}

/// The service user of the settings is one who may not list what is there.
pub async fn without_role(site: &mut Site) -> Told {
    let told = as_another(site).await;
    // In any case: the account is good for nothing else.
    site.undo_all().await?;
    told
}

async fn as_another(site: &mut Site) -> Told {
    let name = format!("dezky-conformance-{}", id::hex(&id::random::<6>()));
    let (authentik, ocis) = (site.authentik()?, server(site)?);
    let account = authentik.ensure_service_account(&name).await?;
    site.remember(Undo::Account(account.id));
    let password = authentik.ensure_app_password(&name, account.id).await?;
    let mail = Some(format!("{name}@example.test"));
    let new = NewUser { user_name: account.uuid, display_name: name.clone(), mail };
    let Created::New(user) = ocis.create_user(&new).await? else {
        return Err(failed("oCIS has an account of that name already"));
    };
    site.remember(Undo::FilesAccount(user.id));
    let password = ("OCIS_SERVICE_PASSWORD", password.expose_secret().to_owned());
    let ran = site.doctor(&[("OCIS_SERVICE_USER", name), password]).await?;
    ran.must_name(Part::Ocis.lines(), &["the service user has the role Admin"], "OCIS_ADMIN_USER_ID")
}
