//! Charts as SVG, percent across and pixels up, so that text never stretches. Each says its numbers in words or in a
//! table too. Hours that weren't measured are a dashed gap, never a line.

use std::fmt::Write;

use i18n::Words;
use maud::{Markup, html};

/// A path through points of 0 to 100 across; a gap breaks it.
fn path(points: &[Option<f64>], height: f64, top: f64, max: f64, min: f64) -> String {
    let span = if max > min { max - min } else { 1.0 };
    let step = 100.0 / count(points.len().saturating_sub(1).max(1));
    let mut d = String::new();
    let mut pen = 'M';
    for (at, point) in points.iter().enumerate() {
        if let Some(value) = point {
            let y = top + height - (value - min) / span * height;
            let _ = write!(d, "{pen}{:.1} {y:.1}", count(at) * step);
            pen = 'L';
        } else {
            pen = 'M';
        }
    }
    d
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// A line of 24 px without axes, beside the figure it belongs to. `None` is an hour without an answer. Fewer than three
/// points are no line.
pub fn sparkline(points: &[Option<f64>], bad: bool) -> Markup {
    let known = points.iter().flatten();
    if known.clone().count() < 3 {
        return Markup::default();
    }
    let (max, min) = known.fold((f64::MIN, f64::MAX), |(max, min), v| (v.max(max), v.min(min)));
    let step = 100.0 / count(points.len().saturating_sub(1).max(1));
    let mut gaps = String::new();
    for (at, point) in points.iter().enumerate().skip(1) {
        if point.is_none() || points[at - 1].is_none() {
            let _ = write!(gaps, "M{:.1} 20L{:.1} 20", count(at - 1) * step, count(at) * step);
        }
    }
    html! {
        svg class={ "spark" @if bad { " bad" } } viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true" {
            path d=(path(points, 18.0, 3.0, max, min)) {}
            @if !gaps.is_empty() { path class="gap" d=(gaps) {} }
        }
    }
}

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// Under it: "Nov".
    pub label: String,
    /// In full: "Nov 2025".
    pub long: String,
    /// Its height.
    pub value: f64,
    /// Its value in words: "84,200".
    pub said: String,
    /// It isn't over yet.
    pub partial: bool,
}

/// Bars over time.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// Unique on the page.
    pub id: String,
    /// What is shown: "MRR by month, DKK".
    pub title: String,
    /// The whole in a sentence.
    pub says: String,
    /// The bars, the newest last.
    pub bars: Vec<Bar>,
}

const BASE: f64 = 142.0;

/// A chart of bars with its table behind a link.
pub fn bars(w: &Words, chart: &Bars) -> Markup {
    let max = chart.bars.iter().fold(0.0_f64, |max, bar| max.max(bar.value));
    let room = 100.0 / count(chart.bars.len().max(1));
    let last = chart.bars.len().saturating_sub(1);
    html! {
        figure class="chart-body" {
            svg class="chart" height="172" role="img" aria-labelledby={ (chart.id) "-d" } {
                desc id={ (chart.id) "-d" } { (chart.title) ". " (chart.says) }
                @for share in [0.0, 0.5, 1.0] {
                    @let y = format!("{:.0}", BASE - 120.0 * share);
                    line class={ "rule" @if share == 0.0 { " base" } } x1="0" x2="100%" y1=(y) y2=(y) {}
                }
                @for (at, bar) in chart.bars.iter().enumerate() {
                    @let height = if max > 0.0 { (bar.value.max(0.0) / max * 120.0).max(1.0) } else { 1.0 };
                    @let left = count(at) * room;
                    @let middle = format!("{:.2}%", left + room / 2.0);
                    @let ends = at == 0 || at == last;
                    g {
                        title { (bar.long) ": " (bar.said) }
                        rect class=(if bar.partial { "part" } else { "bar-1" }) x={ (format!("{:.2}", left + room * 0.22)) "%" }
                            width={ (format!("{:.2}", room * 0.56)) "%" } y=(format!("{:.1}", BASE - height)) height=(format!("{height:.1}")) rx="2" {}
                        text class=(if (last - at) % 2 == 1 { "alt" } else { "" }) x=(middle) y="160" text-anchor="middle" { (bar.label) }
                        @if ends { text class="now" x=(middle) y=(format!("{:.1}", BASE - height - 6.0)) text-anchor="middle" { (bar.said) } }
                    }
                }
            }
            details class="as-table" id={ (chart.id) "-table" } {
                summary class="link small" { (w.t("ui-as-table")) }
                table class="table compact" {
                    caption { (chart.title) }
                    tbody { @for bar in &chart.bars { tr { th scope="row" { (bar.long) } td class="num" { (bar.said) } } } }
                }
            }
        }
    }
}

/// A line over time.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is shown: "Storage of all tenants, TB, 30 days".
    pub title: String,
    /// The whole in a sentence, for those who don't see it.
    pub says: String,
    /// The points; `None` wasn't measured.
    pub points: Vec<Option<f64>>,
    /// Under the start, the middle and the end.
    pub labels: [String; 3],
}

/// A line chart with its ground filled where every point is known.
pub fn line_chart(chart: &Line) -> Markup {
    let max = chart.points.iter().flatten().fold(0.0_f64, |max, v| max.max(*v)) * 1.1;
    let d = path(&chart.points, 100.0, 0.0, max, 0.0);
    let whole = chart.points.iter().all(Option::is_some) && chart.points.len() > 1;
    html! {
        figure class="linechart" {
            figcaption class="small soft" { (chart.title) }
            svg class="chart" height="120" role="img" aria-label=(chart.says) {
                @for y in [4, 50, 96] { line class={ "rule" @if y == 96 { " base" } } x1="0" x2="100%" y1=(y) y2=(y) {} }
                svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="96" y="0" {
                    @if whole { path class="area" d={ (d) "L100 100L0 100Z" } {} }
                    path class="line" d=(d) {}
                }
                text x="0" y="114" { (chart.labels[0]) }
                text x="50%" y="114" text-anchor="middle" { (chart.labels[1]) }
                text class="now" x="100%" y="114" text-anchor="end" { (chart.labels[2]) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_without_an_answer_are_a_gap_and_never_a_line() {
        let svg = sparkline(&[Some(1.0), Some(2.0), None, Some(1.0)], false).into_string();
        assert_eq!(svg.matches('M').count(), 4, "{svg}");
        assert!(svg.contains("class=\"gap\""));
    }

    #[test]
    fn charts_without_points_are_still_charts() {
        assert!(!sparkline(&[], false).into_string().contains("NaN"));
        assert!(!line_chart(&Line::default()).into_string().contains("NaN"));
    }
}
