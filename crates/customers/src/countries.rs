//! The countries to choose from, by their ISO 3166 codes.

use i18n::Words;

const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH \
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT \
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS \
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG \
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG \
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// All of them with their names, in the order of the reader's alphabet.
pub fn all(w: &Words) -> Vec<(String, String)> {
    let name = |code: &str| w.t(&format!("country-{}", code.to_ascii_lowercase()));
    let mut all: Vec<(String, String)> =
        CODES.split_whitespace().map(|code| (code.to_owned(), name(code))).collect();
    all.sort_by_cached_key(|(_, name)| kernel::name::search_key(name));
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use i18n::{Catalogues, Language, Source};

    use super::*;

    #[test]
    fn every_country_has_a_name() {
        let own = Source { language: Language::English, text: include_str!("../text/en.ftl") };
        let w = Words::new(Arc::new(Catalogues::new(&[own]).unwrap()), Language::English);
        let all = all(&w);
        assert_eq!(all.len(), 249);
        assert!(all.iter().all(|(code, name)| code.len() == 2 && !name.starts_with("country-")), "{all:?}");
        assert!(all.contains(&("DK".to_owned(), "Denmark".to_owned())));
    }
}
