//! The OpenAPI document against what the product really answers: every documented GET is asked, and what comes must be
//! what the document says, with nothing that it does not name.

use outbound::{Answer, Method};
use serde_json::{Value, json as value};

use crate::harness::{Product, get, json};
use crate::tenant_api::{BO, DOMAIN, IDA, TenantApi, eventually, items};

const FRIDA: &str = "frida@nordit.test";

/// What an answer has that its schema does not say, in words.
pub fn misfits(document: &Value, schema: &Value, answer: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null);
        return misfits(document, schema, answer, at);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let tried: Vec<_> = choices.iter().map(|one| misfits(document, one, answer, at)).collect();
            let fits = tried.iter().any(Vec::is_empty);
            return if fits { Vec::new() } else { tried.into_iter().flatten().collect() };
        }
    }
    let kind = match answer {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![kind],
    };
    let mut wrong = Vec::new();
    let is_number = kind == "integer" && kinds.contains(&"number");
    if !is_number && !kinds.contains(&kind) {
        wrong.push(format!("{at} is {kind}, not {}", kinds.join(" or ")));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(answer)) {
        wrong.push(format!("{at} is {answer}, which is not listed"));
    }
    if let (Some(all), items) = (answer.as_array(), &schema["items"]) {
        for (n, one) in all.iter().enumerate() {
            wrong.extend(misfits(document, items, one, &format!("{at}[{n}]")));
        }
    }
    if let Some(fields) = answer.as_object() {
        wrong.extend(of_object(document, schema, fields, at));
    }
    wrong
}

fn of_object(
    document: &Value,
    schema: &Value,
    fields: &serde_json::Map<String, Value>,
    at: &str,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let known = schema["properties"].as_object();
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        match known.and_then(|known| known.get(name)) {
            Some(schema) => wrong.extend(misfits(document, schema, value, &at)),
            None if schema["additionalProperties"].is_object() => {
                wrong.extend(misfits(document, &schema["additionalProperties"], value, &at));
            }
            // An object without properties may hold anything.
            None if known.is_some() => wrong.push(format!("{at} is not in the document")),
            None => {}
        }
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    wrong.extend(
        required.filter(|name| !fields.contains_key(*name)).map(|name| format!("{at}.{name} is missing")),
    );
    wrong
}

/// What is wrong with an answer to a documented GET.
fn judge(document: &Value, path: &str, answer: &Answer) -> Vec<String> {
    let responses = &document["paths"][path]["get"]["responses"];
    let known = responses.get(answer.status.to_string());
    // Every route may answer with a problem; the document says so once, as what comes by default.
    let Some(response) = known.or_else(|| responses.get("default").filter(|_| answer.status >= 400)) else {
        return vec![format!("{path} answers {}, which is not in the document", answer.status)];
    };
    let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let Some(content) = response["content"].get(kind) else {
        return vec![format!("{path} answers `{kind}`, which is not in the document")];
    };
    if kind == "application/json" {
        misfits(document, &content["schema"], &json(answer), path)
    } else {
        Vec::new()
    }
}

/// The ids of something of everything in `acme`, so that each path leads somewhere.
struct Known {
    member: String,
    group: String,
    list: String,
    shared: String,
    import: String,
}

async fn furnish(api: &TenantApi<'_>) -> Known {
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let members = eventually("acme has its members", async || {
        let all = api.get("/users").await;
        if items(&all).len() > 2 { Ok(all) } else { Err(all) }
    })
    .await;
    let member = items(&members).iter().find(|one| one["email"] == "maja@acme.test").map(id).unwrap();
    let group = value!({"name": "Finance", "members": [member]});
    let group = id(&api.ok(Method::Post, "/groups", group).await);
    let list = value!({"address": format!("all@{DOMAIN}"), "recipients": [format!("x@elsewhere.test")]});
    let list = id(&api.ok(Method::Post, "/mail/lists", list).await);
    let shared = value!({"address": format!("box@{DOMAIN}"), "name": "Box"});
    let shared = id(&api.ok(Method::Post, "/mail/shared", shared).await);
    let alias = value!({"address": format!("to@{DOMAIN}"), "target": format!("all@{DOMAIN}")});
    api.ok(Method::Post, "/mail/aliases", alias).await;
    api.ok(Method::Post, "/invitations", value!({"email": "shape@private.test"})).await;
    let import = value!({"csv": "name,email\nNils Skov,nils@shape.test\nBad,bad\n"});
    let import = id(&api.ok(Method::Post, "/imports", import).await);
    Known { member, group, list, shared, import }
}

#[tokio::test]
async fn every_documented_get_answers_as_the_document_says() {
    let product = Product::start("small").await;
    let document = json(&get(product.origin("docs"), "/openapi.json").await);
    let api = TenantApi::of(&product, BO, "acme");
    let known = furnish(&api).await;
    api.ok(Method::Post, &format!("/users/{}/offboard", known.member), value!({})).await;
    let flag = value!({"key": "shape", "kind": "targeted", "tenants": ["acme"]});
    let flag = product.call(Method::Post, "/api/flags", product.token(IDA, "operator"), Some(flag)).await;
    assert_eq!(flag.status, 201, "{}", json(&flag));
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_none() {
            continue;
        }
        let id = match path.split("{slug}/").nth(1).and_then(|rest| rest.split('/').next()) {
            Some("groups") => &known.group,
            Some("imports") => &known.import,
            Some("mail") if path.contains("/lists/") => &known.list,
            Some("mail") => &known.shared,
            _ => &known.member,
        };
        let address = path.replace("{slug}", "acme").replace("{name}", DOMAIN).replace("{id}", id);
        let address = address.replace("{key}", "shape");
        let address = address.replace("{partner}", "nordit");
        let address =
            if path.ends_with("/mobileconfig") { format!("{address}?address=bo@{DOMAIN}") } else { address };
        assert!(!address.contains('{'), "{path} has a part that nobody fills in");
        let of_operators = methods["get"]["x-permission"].as_str().is_some_and(|_| {
            ["/api/domains", "/api/drift", "/api/drift/accepted", "/api/audit"].contains(&path.as_str())
                || path.starts_with("/api/flags")
                || path.starts_with("/api/partners")
                || path.ends_with("/history")
                || path.ends_with("{slug}/drift")
        });
        let token = match path.as_str() {
            _ if of_operators => product.token(IDA, "operator"),
            own if own.starts_with("/api/partner") => product.token(FRIDA, "portal"),
            _ => product.token(BO, "portal"),
        };
        let answer = product.call(Method::Get, &address, token, None).await;
        wrong.extend(judge(&document, path, &answer));
        asked += 1;
    }
    assert!(asked > 30, "only {asked} routes were asked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_answer_that_is_not_what_the_document_says_is_found() {
    let document = value!({"components": {"schemas": {"One": {
        "type": "object", "required": ["id"],
        "properties": {"id": {"type": "string"}, "note": {"type": ["string", "null"]}, "state": {"enum": ["a", "b"]}},
    }}}});
    let schema = value!({"type": "array", "items": {"$ref": "#/components/schemas/One"}});
    let wrong = |answer: Value| misfits(&document, &schema, &value!([answer]), "");
    assert_eq!(wrong(value!({"id": "1", "note": null, "state": "a"})), Vec::<String>::new());
    for planted in [
        value!({"id": null}),
        value!({"note": "x"}),
        value!({"id": "1", "note": 1}),
        value!({"id": "1", "more": 1}),
        value!({"id": "1", "state": "c"}),
        value!("id"),
    ] {
        assert_eq!(wrong(planted.clone()).len(), 1, "{planted}");
    }
}
