//! DMARC, MTA-STS and TLS-RPT.
#![cfg(test)]

use kernel::dns::Failure;
use mail_dns::dmarc::Policy;

use super::world::World;
use crate::cases;

fn dmarc(text: &str) -> World {
    World::new().put(&format!("_dmarc TXT \"{text}\""))
}

fn sts(text: &str) -> World {
    World::new().put(&format!("_mta-sts TXT \"{text}\""))
}

fn tls(text: &str) -> World {
    World::new().put(&format!("_smtp._tls TXT \"{text}\""))
}

/// A domain without policy, and what is at the name of the domain above.
fn above(texts: &[&str]) -> World {
    let world = World::of("team.acme.test").without("_dmarc");
    texts.iter().fold(world, |world, text| world.add(&format!("_dmarc.acme.test. TXT \"{text}\"")))
}

/// A domain without policy two names below the organization's.
fn deep(nearest: &str, topmost: &str) -> World {
    World::of("a.team.acme.test")
        .without("_dmarc")
        .put(&format!("_dmarc.team.acme.test. TXT \"{nearest}\""))
        .put(&format!("_dmarc.acme.test. TXT \"{topmost}\""))
}

const RUA: &str = "rua=mailto:postmaster@acme.test";

cases! {
    no_policy: Dmarc, World::new().without("_dmarc") => Missing, Missing;
    a_policy_without_spaces: Dmarc, dmarc(&format!("v=DMARC1;p=quarantine;{RUA}")) => Ok, Fine;
    a_weaker_policy: Dmarc, dmarc(&format!("v=DMARC1; p=none; {RUA}")) => Mismatch, DmarcWeaker;
    a_policy_weaker_than_the_chosen_one: Dmarc, World::new().choosing(Policy::Reject) => Mismatch, DmarcWeaker;
    a_stronger_policy: Dmarc, dmarc(&format!("v=DMARC1; p=reject; {RUA}")) => Mismatch, DmarcStronger;
    a_policy_for_a_part_of_the_mail: Dmarc,
        dmarc(&format!("v=DMARC1; p=quarantine; pct=20; {RUA}")) => Mismatch, DmarcPartial;
    a_weaker_policy_for_subdomains: Dmarc,
        dmarc(&format!("v=DMARC1; p=quarantine; sp=none; {RUA}")) => Ok, DmarcSubdomainsWeaker;
    a_policy_in_the_wrong_place: Dmarc, dmarc(&format!("v=DMARC1; {RUA}; p=quarantine")) => Ok, DmarcPolicyLate;
    reports_of_failures_elsewhere: Dmarc,
        dmarc("v=DMARC1; p=quarantine; rua=mailto:x@reports.test") => Ok, DmarcReportsElsewhere;
    reports_here_and_elsewhere: Dmarc,
        dmarc(&format!("v=DMARC1; p=quarantine; {RUA}!10m,mailto:x@reports.test")) => Ok, Fine;
    no_reports: Dmarc, dmarc("v=DMARC1; p=quarantine") => Ok, DmarcReportsElsewhere;
    two_policies: Dmarc, World::new().add("_dmarc TXT \"v=DMARC1; p=none\"") => Conflict, DmarcSeveral;
    a_policy_that_there_is_not: Dmarc, dmarc("v=DMARC1; p=block") => Mismatch, DmarcSyntax;
    a_record_without_policy: Dmarc, dmarc(&format!("v=DMARC1; {RUA}")) => Mismatch, DmarcNoPolicy;
    a_record_without_policy_and_reports: Dmarc, dmarc("v=DMARC1") => Mismatch, DmarcSyntax;
    a_record_without_policy_where_none_is_chosen: Dmarc,
        dmarc(&format!("v=DMARC1; {RUA}")).choosing(Policy::None) => Ok, DmarcNoPolicy;
    a_policy_that_there_is_not_with_reports: Dmarc,
        dmarc(&format!("v=DMARC1; p=block; {RUA}")) => Mismatch, DmarcNoPolicy;
    a_policy_for_subdomains_that_there_is_not: Dmarc,
        dmarc(&format!("v=DMARC1; p=quarantine; sp=block; {RUA}")) => Mismatch, DmarcNoPolicy;
    a_policy_in_test: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; t=y; {RUA}")) => Mismatch, DmarcTesting;
    a_stronger_policy_in_test: Dmarc, dmarc(&format!("v=DMARC1; p=reject; t=y; {RUA}")) => Mismatch, DmarcTesting;
    no_policy_in_test: Dmarc,
        dmarc(&format!("v=DMARC1; p=none; t=y; {RUA}")).choosing(Policy::None) => Ok, DmarcTesting;
    a_policy_that_is_no_test: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; t=n; {RUA}")) => Ok, Fine;
    a_test_that_is_neither: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; t=maybe; {RUA}")) => Ok, DmarcIgnored;
    reports_that_there_are_not: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; fo=2; {RUA}")) => Ok, DmarcIgnored;
    more_than_all_mail: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; pct=101; {RUA}")) => Ok, DmarcIgnored;
    an_alignment_that_there_is_not: Dmarc,
        dmarc(&format!("v=DMARC1; p=quarantine; adkim=x; {RUA}")) => Ok, DmarcIgnored;
    an_unknown_tag: Dmarc, dmarc(&format!("v=DMARC1; p=quarantine; {RUA}; x=y")) => Ok, Fine;
    a_policy_after_a_blank: Dmarc, dmarc(&format!(" v=DMARC1; p=quarantine; {RUA}")) => Mismatch, LeadingBlank;
    a_policy_beside_one_after_a_blank: Dmarc, World::new().add("_dmarc TXT \" v=DMARC1; p=none\"") => Ok, Fine;
    a_policy_with_blanks_around_its_version: Dmarc,
        dmarc(&format!("v = DMARC1 ; p=quarantine; {RUA}")) => Ok, Fine;
    a_policy_beside_one_with_blanks_around_its_version: Dmarc,
        World::new().add("_dmarc TXT \"v = DMARC1; p=none\"") => Conflict, DmarcSeveral;
    a_policy_beside_one_of_another_version: Dmarc, World::new().add("_dmarc TXT \"v=DMARC2; p=none\"") => Ok, Fine;
    a_version_in_small_letters: Dmarc, dmarc("v=dmarc1; p=quarantine") => Mismatch, DmarcSyntax;
    a_version_that_comes_late: Dmarc, dmarc("p=quarantine; v=DMARC1") => Mismatch, DmarcSyntax;
    a_report_address_without_scheme: Dmarc,
        dmarc("v=DMARC1; p=quarantine; rua=postmaster@acme.test") => Ok, DmarcIgnored;
    a_policy_with_commas: Dmarc, dmarc("v=DMARC1, p=quarantine") => Mismatch, DmarcSyntax;
    a_policy_in_quotes: Dmarc, dmarc(r#"\"v=DMARC1; p=quarantine\""#) => Mismatch, QuotesInValue;
    a_policy_with_backslashes: Dmarc, dmarc(r"v=DMARC1\\; p=quarantine") => Mismatch, BackslashesInValue;
    a_policy_at_the_doubled_name: Dmarc,
        World::new().without("_dmarc").put("_dmarc.acme.test TXT \"v=DMARC1; p=none\"") => Missing, AtDoubledName;
    a_policy_at_the_domain: Dmarc,
        World::new().without("_dmarc").add("@ TXT \"v=DMARC1; p=none\"") => Missing, AtOtherName;
    a_policy_without_underscore: Dmarc,
        World::new().without("_dmarc").put("dmarc TXT \"v=DMARC1; p=none\"") => Missing, AtOtherName;
    another_text_where_the_policy_should_be: Dmarc, dmarc("v=spf1 -all") => Missing, Missing;
    a_policy_by_an_alias: Dmarc,
        World::new().without("_dmarc").put("_dmarc CNAME d.b.test.")
            .put(&format!("d.b.test. TXT \"v=DMARC1; p=quarantine; {RUA}\"")) => Ok, Fine;
    a_policy_of_the_domain_above: Dmarc,
        World::of("team.acme.test").without("_dmarc").put("_dmarc.acme.test. TXT \"v=DMARC1; p=reject\"")
        => Ok, DmarcInherited;
    a_weaker_policy_of_the_domain_above: Dmarc,
        World::of("team.acme.test").without("_dmarc").put("_dmarc.acme.test. TXT \"v=DMARC1; p=reject; sp=none\"")
        => Mismatch, DmarcInheritedWeaker;
    no_policy_anywhere_above: Dmarc, World::of("team.acme.test").without("_dmarc") => Missing, Missing;
    two_policies_above: Dmarc, above(&["v=DMARC1; p=reject", "v = DMARC1; p=reject"])
        => Conflict, DmarcInheritedSeveral;
    a_broken_policy_above: Dmarc, above(&["v=DMARC1; p=block"]) => Mismatch, DmarcInheritedSyntax;
    a_version_in_small_letters_above: Dmarc, above(&["v=dmarc1; p=reject"]) => Mismatch, DmarcInheritedSyntax;
    a_blank_before_the_policy_above: Dmarc, above(&[" v=DMARC1; p=reject"]) => Mismatch, DmarcInheritedSyntax;
    a_policy_above_beside_one_after_a_blank: Dmarc,
        above(&["v=DMARC1; p=reject", " v=DMARC1; p=none"]) => Ok, DmarcInherited;
    a_policy_above_beside_another_text: Dmarc, above(&["hello", "v=DMARC1; p=reject"]) => Ok, DmarcInherited;
    a_policy_above_for_a_part_of_the_mail: Dmarc,
        above(&["v=DMARC1; p=reject; pct=20"]) => Mismatch, DmarcInheritedPartial;
    a_policy_above_in_test: Dmarc, above(&["v=DMARC1; p=reject; t=y"]) => Mismatch, DmarcInheritedTesting;
    no_policy_above_but_reports: Dmarc,
        above(&["v=DMARC1; rua=mailto:a@acme.test"]) => Mismatch, DmarcInheritedWeaker;
    a_policy_above_that_nobody_answers: Dmarc,
        above(&["v=DMARC1; p=reject"]).broken("_dmarc.acme.test", Failure::TimedOut)
        => Error, DmarcInheritedUnknown;
    the_policy_of_the_organization_rather_than_the_nearest: Dmarc,
        deep("v=DMARC1; p=none", "v=DMARC1; p=reject") => Ok, DmarcInherited;
    a_weaker_policy_of_the_organization_than_the_nearest: Dmarc,
        deep("v=DMARC1; p=reject", "v=DMARC1; p=none") => Mismatch, DmarcInheritedWeaker;
    the_nearest_where_it_says_that_it_is_the_organization: Dmarc,
        deep("v=DMARC1; p=reject; psd=n", "v=DMARC1; p=none") => Ok, DmarcInherited;
    the_nearest_below_a_public_suffix: Dmarc,
        deep("v=DMARC1; p=reject", "v=DMARC1; p=none; psd=y") => Ok, DmarcInherited;
    a_public_suffix_where_there_is_no_other: Dmarc,
        above(&["v=DMARC1; p=none; psd=y"]) => Mismatch, DmarcInheritedWeaker;

    another_id_of_the_policy_of_encryption: MtaSts, sts("v=STSv1; id=20260101T000000;") => Ok, Fine;
    no_id_of_the_policy_of_encryption: MtaSts, sts("v=STSv1;") => Mismatch, StsSyntax;
    a_bad_id_of_the_policy_of_encryption: MtaSts, sts("v=STSv1; id=2026-01-01") => Mismatch, StsSyntax;
    two_policies_of_encryption: MtaSts, World::new().add("_mta-sts TXT \"v=STSv1; id=1\"") => Conflict, StsSeveral;
    a_policy_of_encryption_after_a_blank: MtaSts, sts(" v=STSv1; id=1") => Mismatch, LeadingBlank;
    a_policy_of_encryption_beside_one_after_a_blank: MtaSts,
        World::new().add("_mta-sts TXT \" v=STSv1; id=1\"") => Ok, Fine;
    blanks_around_the_version_of_encryption: MtaSts, sts("v = STSv1; id=1") => Mismatch, StsSyntax;
    a_policy_of_encryption_in_small_letters: MtaSts, sts("v=stsv1; id=1") => Mismatch, StsSyntax;
    a_policy_of_encryption_in_quotes: MtaSts, sts(r#"\"v=STSv1; id=1\""#) => Mismatch, QuotesInValue;
    no_policy_of_encryption: MtaSts, World::new().without("_mta-sts") => Missing, Missing;

    reports_of_encryption_elsewhere: TlsRpt,
        tls("v=TLSRPTv1; rua=https://reports.test/v1") => Mismatch, TlsRptElsewhere;
    reports_of_encryption_here_and_elsewhere: TlsRpt,
        tls("v=TLSRPTv1; rua=mailto:x@reports.test,mailto:Postmaster@acme.test") => Ok, Fine;
    reports_of_encryption_without_address: TlsRpt, tls("v=TLSRPTv1") => Mismatch, TlsRptSyntax;
    reports_of_encryption_to_no_address: TlsRpt, tls("v=TLSRPTv1; rua=postmaster") => Mismatch, TlsRptSyntax;
    two_records_of_reports: TlsRpt,
        World::new().add("_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:x@b.test\"") => Conflict, TlsRptSeveral;
    reports_of_encryption_after_a_blank: TlsRpt,
        tls(" v=TLSRPTv1; rua=mailto:postmaster@acme.test") => Mismatch, LeadingBlank;
    reports_of_encryption_beside_some_after_a_blank: TlsRpt,
        World::new().add("_smtp._tls TXT \" v=TLSRPTv1; rua=mailto:x@b.test\"") => Ok, Fine;
    no_reports_of_encryption: TlsRpt, World::new().without("_smtp._tls") => Missing, Missing;
    reports_of_encryption_at_the_doubled_name: TlsRpt,
        World::new().without("_smtp._tls").put("_smtp._tls.acme.test TXT \"v=TLSRPTv1; rua=mailto:x@b.test\"")
        => Missing, AtDoubledName;
}
