//! Exchangers, aliases, services, certificates, and the domain itself.
#![cfg(test)]

use super::world::World;
use crate::cases;

cases! {
    no_exchanger: Mx, World::new().without("@") => Missing, Missing;
    nothing_but_another_exchanger: Mx, World::new().put("@ MX 10 mx.old.test.") => Mismatch, MxElsewhere;
    ours_and_another: Mx, World::new().add("@ MX 20 mx.old.test.") => Conflict, MxForeign;
    ours_and_another_that_is_tried_first: Mx, World::new().add("@ MX 1 mx.old.test.") => Conflict, MxForeign;
    ours_with_another_preference: Mx, World::new().put("@ MX 5 mail.example.test.") => Ok, MxOtherPreference;
    ours_in_capital_letters: Mx, World::new().put("@ MX 10 MAIL.Example.TEST.") => Ok, Fine;
    one_of_two_exchangers: Mx, World::new().expecting("@ MX 20 mail2.example.test.") => Missing, MxIncomplete;
    both_of_two_exchangers: Mx,
        World::new().expecting("@ MX 20 mail2.example.test.").add("@ MX 20 mail2.example.test.") => Ok, Fine;
    a_domain_that_takes_no_mail: Mx, World::new().put("@ MX 0 .") => Conflict, MxNull;
    no_mail_and_ours_at_once: Mx, World::new().add("@ MX 0 .") => Conflict, MxNull;
    an_exchanger_without_final_dot: Mx, World::new().put("@ MX 10 mail.example.test") => Mismatch, TargetDoubled;
    an_address_as_exchanger: Mx, World::new().put("@ MX 10 192.0.2.10.") => Mismatch, MxAddress;
    an_address_as_exchanger_without_final_dot: Mx, World::new().put("@ MX 10 192.0.2.10") => Mismatch, MxAddress;
    an_alias_as_exchanger: Mx,
        World::new().put("@ MX 10 mx").put("mx CNAME mail.example.test.") => Mismatch, MxAlias;
    our_address_under_another_name: Mx, World::new().put("@ MX 10 mx").put("mx A 192.0.2.10") => Ok, MxOtherName;
    an_exchanger_whose_address_nobody_knows: Mx,
        World::new().put("@ MX 10 mx").broken("mx.acme.test", kernel::dns::Failure::TimedOut)
        => Mismatch, MxElsewhere;
    exchangers_by_a_wildcard: Mx,
        World::of("team.acme.test").without("@").without("v1-rsa._domainkey").put("@ MX 7 mx.old.test.")
            .put("*.acme.test. MX 7 mx.old.test.") => Mismatch, MxWildcard;
    a_wildcard_below_the_domain: Mx, World::new().put("* MX 10 mx.old.test.") => Ok, Fine;
    an_exchanger_at_the_doubled_name: Mx,
        World::new().without("@").put("acme.test MX 10 mail.example.test.") => Missing, AtDoubledName;
    a_domain_that_is_an_alias: Mx, World::new().without("@").put("@ CNAME www.host.test.") => Conflict, AliasAtApex;
    a_domain_that_is_an_alias_for_one_with_our_exchanger: Mx,
        World::new().without("@").put("@ CNAME b.test.").put("b.test. MX 10 mail.example.test.")
        => Conflict, AliasAtApex;
    texts_of_a_domain_that_is_an_alias: Spf,
        World::new().without("@").put("@ CNAME www.host.test.") => Conflict, AliasAtApex;
    a_domain_that_is_not_registered: Mx, World::new().unregistered() => Missing, DomainNotFound;
    keys_of_a_domain_that_is_not_registered: Dkim, World::new().unregistered() => Missing, DomainNotFound;
    a_name_without_records_below_a_domain: Mx,
        World::of("team.acme.test").unregistered().put("acme.test. A 192.0.2.1") => Missing, Missing;

    an_alias_that_leads_elsewhere: ClientConfig, World::new().put("autoconfig CNAME x.test.") => Mismatch, TargetOther;
    an_alias_for_an_alias_for_ours: ClientConfig,
        World::new().put("autoconfig CNAME conf").put("conf CNAME mail.example.test.") => Ok, Fine;
    an_alias_without_final_dot: ClientConfig,
        World::new().put("autoconfig CNAME mail.example.test") => Mismatch, TargetDoubled;
    an_address_where_an_alias_should_be: ClientConfig,
        World::new().without("autoconfig").put("autoconfig A 203.0.113.9") => Conflict, AddressInTheWay;
    our_address_where_an_alias_should_be: ClientConfig,
        World::new().without("autoconfig").put("autoconfig A 192.0.2.10") => Ok, AddressInstead;
    an_alias_at_the_doubled_name: ClientConfig,
        World::new().without("autoconfig").put("autoconfig.acme.test CNAME mail.example.test.")
        => Missing, AtDoubledName;
    a_digest_of_old_settings: ClientConfig,
        World::new().put("_ua-auto-config TXT \"v=UAAC1; a=sha256; d=AAAA\"") => Mismatch, ValueOther;
    no_host_for_the_policy_of_encryption: MtaSts, World::new().without("mta-sts") => Missing, Missing;

    a_service_that_is_not_offered: Service, World::new().put("_imaps._tcp SRV 0 0 0 .") => Mismatch, SrvNotOffered;
    a_service_elsewhere: Service, World::new().put("_imaps._tcp SRV 0 1 993 x.test.") => Mismatch, TargetOther;
    a_service_at_another_port: Service,
        World::new().put("_imaps._tcp SRV 0 1 143 mail.example.test.") => Mismatch, TargetOther;
    a_service_here_and_elsewhere: Service, World::new().add("_imaps._tcp SRV 5 1 993 x.test.") => Conflict, SrvForeign;
    a_service_in_another_order: Service,
        World::new().put("_imaps._tcp SRV 10 5 993 mail.example.test.") => Ok, SrvOtherOrder;
    a_service_without_final_dot: Service,
        World::new().put("_imaps._tcp SRV 0 1 993 mail.example.test") => Mismatch, TargetDoubled;
    a_service_without_underscores: Service,
        World::new().without("_imaps._tcp").put("imaps.tcp SRV 0 1 993 mail.example.test.")
        => Missing, AtOtherName;

    a_certificate_that_is_not_ours: Tlsa, World::new().put("_25._tcp TLSA 3 1 1 ff02") => Mismatch, TlsaOther;
    an_old_certificate_beside_ours: Tlsa, World::new().add("_25._tcp TLSA 3 1 1 ff02") => Ok, Fine;
    no_certificate: Tlsa, World::new().without("_25._tcp") => Missing, Missing;
    other_issuers_only: Caa, World::new().put("@ CAA 0 issue \"other.test\"") => Conflict, CaaForbids;
    an_address_for_complaints_alone: Caa,
        World::new().put("@ CAA 0 iodef \"mailto:x@acme.test\"") => Missing, Missing;
    our_issuer_for_another_account: Caa,
        World::new().put("@ CAA 0 issue \"letsencrypt.org; accounturi=https://x.test\"") => Conflict, CaaForbids;
    other_issuers_beside_ours: Caa, World::new().add("@ CAA 0 issue \"other.test\"") => Ok, Fine;
}
