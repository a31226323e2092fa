//! `cargo xtask screenshots`: every page of the running product, light and dark, wide and narrow.

mod damage;
mod pages;
mod product;
mod sheet;

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::chrome::{Chrome, Credentials};
use crate::process::{cargo, run as run_command};
use crate::tools;
use crate::workspace::Workspace;
use damage::Ids;
use pages::{PAGES, Page, Who};
use product::Product;
use sheet::Picture;

const THEMES: [&str; 2] = ["light", "dark"];
const SIZES: [(u32, u32); 2] = [(1440, 900), (360, 800)];

/// Takes the pictures whose page's name contains `only`.
pub async fn run(out: &Path, only: Option<&str>) -> Result<()> {
    let workspace = Workspace::load()?;
    let browser = tools::browser().await?;
    let mut build = cargo();
    build.args(["build", "--package", "dezky"]);
    run_command(build).await?;
    let product = Product::start(&workspace).await?;
    let ids = damage::make(&product).await?;
    let chrome = Chrome::start(&browser).await?;
    take_all(&chrome, &product, &ids, out, only).await?;
    chrome.close().await
}

async fn take_all(
    chrome: &Chrome,
    product: &Product,
    ids: &Ids,
    out: &Path,
    only: Option<&str>,
) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("the folder {}", out.display()))?;
    let mut pictures = Vec::new();
    let mut signed_in = None;
    for page in PAGES.iter().filter(|page| page.is_wanted(only)) {
        if signed_in != Some((page.site, page.who)) {
            enter(chrome, product, page).await?;
            signed_in = Some((page.site, page.who));
        }
        let url = format!("{}{}", product.origin(page.site)?, page.path_with(ids));
        for theme in THEMES {
            chrome.choose_theme(theme).await?;
            for size in SIZES {
                pictures.push(take(chrome, &url, page, theme, size, out).await?);
            }
        }
    }
    let index = out.join("index.html");
    std::fs::write(&index, sheet::html(&pictures)).context("the contact sheet")?;
    println!("{}", index.display());
    Ok(())
}

async fn enter(chrome: &Chrome, product: &Product, page: &Page) -> Result<()> {
    let origin = product.origin(page.site)?;
    if page.who == Who::Nobody {
        return chrome.forget(product.origin(pages::Site::Portal)?).await;
    }
    let person = product.person(page.who)?;
    let credentials = Credentials { username: &person.email, password: &person.password };
    chrome.sign_in(origin, &credentials).await
}

async fn take(
    chrome: &Chrome,
    url: &str,
    page: &Page,
    theme: &'static str,
    (width, height): (u32, u32),
    out: &Path,
) -> Result<Picture> {
    let bytes = chrome.picture(url, width, height).await?;
    let name = format!("{}-{theme}-{width}.png", page.name);
    let file = out.join(&name);
    std::fs::write(&file, bytes).with_context(|| format!("the picture {}", file.display()))?;
    let overflow = chrome.overflow().await?;
    if overflow > 0 {
        println!("{} (wider than the window by {overflow} px)", file.display());
    } else {
        println!("{}", file.display());
    }
    Ok(Picture { page: page.name, path: page.path, file: name, width })
}
