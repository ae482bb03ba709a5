//! The page in a real browser: Chromium without a window. Where there is none the tests say that they skip.

#![allow(clippy::print_stderr, reason = "this is how a test says that it skips")]

mod chrome;
#[path = "../served/mod.rs"]
mod served;

use std::path::{Path, PathBuf};

use serde_json::json;
use tdf_search::{Networks, Policy, PolicyError, Proposal, Query, SearchOptions, UniformPolicy};
use tdf_studio::{OwnedNetworks, Subject};
use tdf_tree::{NoiseOptions, Rng};

use self::chrome::Chrome;
use self::served::{Served, subject};

/// The noise process in the place of a network. All edits that it draws at once are equally likely.
struct Noise(UniformPolicy);

impl Policy for Noise {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let mut drawn = self.0.propose(queries, samples, temperature, rngs)?;
        for proposal in drawn.iter_mut().flatten() {
            proposal.log_probability = -(samples as f32).ln();
            proposal.position_log_probability = -(queries[0].program.nodes().len() as f32).ln();
        }
        Ok(drawn)
    }
}

impl OwnedNetworks for Noise {
    fn networks(&mut self) -> Networks<'_> {
        Networks::policy(self)
    }
}

/// A subject with the noise process as its network.
fn noisy(name: &str) -> Subject {
    let domain = tdf_domain::builtin(name).unwrap().open().unwrap();
    let noise = move || Box::new(Noise(UniformPolicy::for_domain(&*domain, NoiseOptions::default()))) as _;
    subject(name, Some(Box::new(noise)))
}

/// A server and a page of it, if there is a browser.
fn opened(width: u32, height: u32) -> Option<(Served, Chrome)> {
    let Some(mut chrome) = Chrome::start() else {
        eprintln!("skipped: there is no chromium (apt-get install chromium)");
        return None;
    };
    let server = Served::new(|| ["rainbow", "csg2d", "formulas"].map(noisy).into());
    chrome.resize(width, height);
    chrome.darken(false);
    chrome.open(&server.url);
    Some((server, chrome))
}

/// The place on the screen of a pixel of the drawing.
fn place(chrome: &mut Chrome, x: f64, y: f64) -> (f64, f64) {
    chrome.evaluate("document.getElementById('canvas').scrollIntoView({ block: 'center' })");
    let at = chrome.evaluate(&format!(
        "(() => {{ const c = document.getElementById('canvas'), b = c.getBoundingClientRect(); \
         return [b.x + ({x} + 0.5) * b.width / c.width, b.y + ({y} + 0.5) * b.height / c.height]; }})()"
    ));
    (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())
}

/// What the console says, but for answers about texts that are no programs yet: browsers write a line for each answer that is an error.
fn complaints(chrome: &Chrome) -> Vec<&String> {
    let unfinished = |line: &&String| !(line.contains("status of 422") && line.contains("/program"));
    chrome.complaints.iter().filter(unfinished).collect()
}

fn choose(chrome: &mut Chrome, subject: &str) {
    chrome.evaluate(&format!(
        "(() => {{ const s = document.getElementById('subject'); s.value = {subject:?}; s.dispatchEvent(new Event('change')); }})()"
    ));
}

fn text(chrome: &mut Chrome, id: &str) -> String {
    let shown = chrome.evaluate(&format!("document.getElementById({id:?}).textContent"));
    shown.as_str().unwrap_or_default().to_owned()
}

/// Pictures of the documents are made by this: `UPDATE_PICTURES=1` writes them.
fn picture(chrome: &mut Chrome, name: &str) {
    chrome.evaluate("scrollTo(0, 0)");
    let png = chrome.picture();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/studio");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), png).unwrap();
        return;
    }
    let kept = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}: UPDATE_PICTURES=1"));
    // Letters differ between machines, and so do seconds. The width does not.
    assert_eq!(
        kept[16..20],
        png[16..20],
        "{name} is of another width: UPDATE_PICTURES=1"
    );
}

/// Faults that axe-core finds, if npm brought it. `cargo xtask test` does.
fn check_accessibility(chrome: &mut Chrome, what: &str) {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    let Ok(axe) = std::fs::read_to_string(target.join("axe/node_modules/axe-core/axe.min.js")) else {
        eprintln!("skipped: no axe-core (npm install --prefix target/axe axe-core)");
        return;
    };
    chrome.evaluate(&format!("{axe}; 0"));
    let found = chrome.evaluate(
        "axe.run().then(({ violations }) => violations.filter((v) => ['serious', 'critical'].includes(v.impact)) \
         .map((v) => [v.id, v.nodes.map((n) => [n.html.slice(0, 120), n.failureSummary.slice(0, 200)])]))",
    );
    assert_eq!(found, json!([]), "{what}");
}

/// Two shapes drawn with the mouse are found, and the way there can be looked at, edited, kept in a link and gone on from.
#[test]
fn a_drawing_is_found_and_taken_along() {
    let Some((_server, mut chrome)) = opened(1440, 1000) else {
        return;
    };
    choose(&mut chrome, "csg2d");
    chrome.click("#tool-circle");
    let (from, to) = (place(&mut chrome, 40.0, 48.0), place(&mut chrome, 64.0, 48.0));
    chrome.drag(from, to);
    chrome.click("#tool-rectangle");
    let (from, to) = (place(&mut chrome, 76.0, 76.0), place(&mut chrome, 115.0, 99.0));
    chrome.drag(from, to);
    let drawn = chrome.evaluate("document.getElementById('target-image').src");
    // A limit that does not depend on the machine.
    chrome.evaluate(
        "document.getElementById('limit-kind').value = 'budget'; document.getElementById('limit').value = 30000",
    );
    chrome.click("#search");
    chrome.until("document.getElementById('program').textContent.length > 5");
    chrome.until("['solved', 'nearest'].includes(document.getElementById('state').textContent)");
    // What is found looks like the drawing: its edges may differ.
    let nearness = text(&mut chrome, "measure");
    let value: f64 = nearness.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(nearness.starts_with("IoU") && value > 0.9, "{nearness}");
    let program = text(&mut chrome, "program");
    picture(&mut chrome, "found.png");
    check_accessibility(&mut chrome, "light, wide");

    // The way there.
    let last = text(&mut chrome, "path-number");
    let steps: usize = last.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(steps > 1 && text(&mut chrome, "path-program") == program, "{last}");
    chrome.evaluate("document.getElementById('path-slider').focus()");
    chrome.key("Home");
    chrome.until("document.getElementById('path-number').textContent.startsWith('1 of')");
    assert_ne!(text(&mut chrome, "path-program"), program);
    chrome.click("#path-play");
    chrome.until("!document.getElementById('path-number').textContent.startsWith('1 of')");
    chrome.until("document.querySelector('#path-program mark')");
    chrome.click("#path-play");
    let command = text(&mut chrome, "command");
    assert!(
        command.starts_with("tdf search --domain csg2d --target target.png --method hybrid --seed 0"),
        "{command}"
    );

    // The program at hand is edited, and a search goes on from there.
    chrome.evaluate("(() => { const h = document.getElementById('hand'); h.focus(); h.select(); })()");
    chrome.write("(Circle 3 5 ");
    chrome.until("document.getElementById('hand-error').textContent.includes('at the end')");
    chrome.until("[...document.querySelectorAll('#hand-tokens button')].some((b) => b.textContent === '8')");
    chrome.evaluate("[...document.querySelectorAll('#hand-tokens button')].find((b) => b.textContent === '8').click()");
    chrome.evaluate("document.getElementById('hand').setRangeText(')', 13, 13, 'end')");
    chrome.evaluate("document.getElementById('hand').dispatchEvent(new Event('input'))");
    chrome.until("document.getElementById('hand-error').textContent === ''");
    chrome.click("#ask-network");
    chrome.until("document.querySelectorAll('#edits button').length > 3");
    picture(&mut chrome, "network.png");
    let before = chrome.evaluate("document.getElementById('hand').value");
    chrome.click("#edits li:first-child button");
    chrome.until(&format!("document.getElementById('hand').value !== {before}"));
    chrome.click("#search-from");
    chrome.until("document.getElementById('state').textContent === 'searching'");
    chrome.until("['solved', 'nearest'].includes(document.getElementById('state').textContent)");
    let command = text(&mut chrome, "command");
    assert!(command.contains(" --start '("), "{command}");

    // A link brings the target and the options back.
    chrome.evaluate("document.getElementById('seed').value = 77");
    chrome.click("#copy-link");
    chrome.until("location.hash.startsWith('#s=')");
    chrome.evaluate("delete document.body.dataset.ready; location.reload()");
    chrome.until("document.body?.dataset.ready");
    assert_eq!(chrome.evaluate("document.getElementById('target-image').src"), drawn);
    assert_eq!(
        chrome.evaluate("[document.getElementById('seed').value, document.getElementById('subject').value]"),
        json!(["77", "csg2d"])
    );
    assert_eq!(complaints(&chrome), Vec::<&String>::new());
}

/// At the width of a telephone, dark, by keys alone where that is how one would draw.
#[test]
fn it_works_on_a_narrow_screen_and_by_keys() {
    let Some((_server, mut chrome)) = opened(390, 844) else {
        return;
    };
    chrome.darken(true);
    chrome.until("document.documentElement.dataset.theme === 'dark'");
    let wide = "document.documentElement.scrollWidth";
    assert_eq!(chrome.evaluate(wide), 390, "it scrolls sideways");
    choose(&mut chrome, "csg2d");
    chrome.evaluate("document.getElementById('canvas').focus()");
    for key in [
        "r",
        " ",
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        " ",
    ] {
        chrome.key(key);
    }
    let ink = "(() => { const c = document.getElementById('canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
               let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] > 127; return n; })()";
    assert_eq!(chrome.evaluate(ink), 12);
    chrome.click("#undo");
    assert_eq!(chrome.evaluate(ink), 0);
    chrome.click("#redo");
    assert_eq!(chrome.evaluate(ink), 12);
    // Tabs by arrow keys.
    chrome.evaluate("document.getElementById('tab-draw').focus()");
    chrome.key("ArrowRight");
    assert_eq!(chrome.evaluate("document.activeElement.id"), "tab-image");
    // A search that is paused, goes on and is stopped.
    chrome.evaluate(
        "document.getElementById('criterion').value = 'exact'; document.getElementById('method').value = 'random'",
    );
    chrome.evaluate("document.getElementById('limit').value = 500");
    chrome.click("#search");
    chrome.until("document.getElementById('state').textContent === 'searching'");
    chrome.click("#pause");
    chrome.until("document.getElementById('state').textContent === 'paused'");
    assert_eq!(chrome.evaluate(wide), 390, "it scrolls sideways");
    check_accessibility(&mut chrome, "dark, narrow");
    picture(&mut chrome, "narrow.png");
    chrome.click("#pause");
    chrome.until("document.getElementById('state').textContent === 'searching'");
    chrome.click("#stop");
    chrome.until("['stopped', 'solved'].includes(document.getElementById('state').textContent)");
    assert_eq!(chrome.evaluate(wide), 390, "it scrolls sideways");
    assert_eq!(complaints(&chrome), Vec::<&String>::new());
}

/// Whether something is on the drawing.
const COLOURED: &str = "(() => { const c = document.getElementById('canvas'); \
                        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return d.some((v) => v < 255); })()";

/// The page that `tdf search --out` writes is a file alone, and has a slider and a button that copies, too.
#[test]
fn a_static_page_has_a_slider() {
    let Some(mut chrome) = Chrome::start() else {
        eprintln!("skipped: there is no chromium (apt-get install chromium)");
        return;
    };
    let domain = tdf_domain::builtin("rainbow").unwrap().open().unwrap();
    let program = domain
        .language()
        .parse(domain.start(), "(Arrange h (Box red) (Ball blue))")
        .unwrap();
    let target = tdf_eval::render(&domain, &program).unwrap();
    let mut policy = UniformPolicy::for_domain(&*domain, NoiseOptions::default());
    let options = SearchOptions {
        init_sizes: 2..=4,
        criterion: "exact".to_owned(),
        restart: 9,
        ..SearchOptions::new("rollout", 60)
    };
    let outcomes = tdf_search::search(
        &domain,
        &[tdf_search::Target::seen(&target)],
        Networks::policy(&mut policy),
        &options,
        &mut |_| true,
    )
    .unwrap();
    let edits = outcomes[0].best.trace.edits.len();
    assert!(edits > 0, "choose another seed");
    let entry = tdf_eval::Entry {
        name: "target.png".to_owned(),
        inputs: domain.inputs(),
        image: &target,
        outcome: &outcomes[0],
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("index.html");
    std::fs::write(&file, tdf_eval::page(&domain, &[entry], None).unwrap()).unwrap();
    chrome.resize(390, 844);
    chrome.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
    chrome.until("document.querySelector('div.steps input')");
    let visible = "[...document.querySelectorAll('ol.steps li')].map((step, at) => step.hidden ? -1 : at).filter((at) => at >= 0)";
    assert_eq!(chrome.evaluate(visible), json!([edits]));
    chrome.evaluate("document.querySelector('div.steps input').focus()");
    chrome.key("Home");
    assert_eq!(chrome.evaluate(visible), json!([0]));
    chrome.evaluate("document.querySelector('div.steps button[aria-pressed]').click()");
    assert_eq!(chrome.evaluate(visible), json!((0..=edits).collect::<Vec<_>>()));
    let copied = "(() => { let text = null; navigator.clipboard.writeText = (t) => { text = t; return Promise.resolve(); }; \
                  document.querySelector('code.program + button').click(); return text; })()";
    let text = domain.language().print(outcomes[0].best.program.nodes());
    assert_eq!(chrome.evaluate(copied), json!(text));
    assert_eq!(
        chrome.evaluate("document.documentElement.scrollWidth"),
        390,
        "it scrolls sideways"
    );
    check_accessibility(&mut chrome, "a static page");
    assert_eq!(complaints(&chrome), Vec::<&String>::new());
}

/// A table of examples is filled and answered; an image of another program is fitted; a surprise is found.
#[test]
fn tables_images_and_surprises_are_targets() {
    let Some((_server, mut chrome)) = opened(1440, 1000) else {
        return;
    };
    // The first result is on the screen within a second or so; the time is no test.
    chrome.click("#surprise");
    chrome.until("document.getElementById('target-image').src");
    chrome.until(COLOURED);
    chrome.click("#queue-add");
    chrome.click("#clear");
    chrome.until(&format!("!({COLOURED})"));
    chrome.click("#surprise");
    chrome.until(COLOURED);
    chrome.click("#queue-add");
    chrome.until(
        "document.querySelectorAll('#queue .thumb[data-state=solved], #queue .thumb[data-state=nearest]').length === 2",
    );
    picture(&mut chrome, "surprise.png");

    // A photograph of some size, brought by a paste.
    let pasted = "(async () => { const c = new OffscreenCanvas(300, 200), d = c.getContext('2d'); d.fillStyle = 'white'; d.fillRect(0, 0, 300, 200); \
                  d.fillStyle = 'red'; d.fillRect(60, 40, 120, 120); const b = await c.convertToBlob(); const t = new DataTransfer(); \
                  t.items.add(new File([b], 'a.png', { type: 'image/png' })); \
                  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: t })); })()";
    chrome.evaluate(pasted);
    chrome.until("document.getElementById('image-changes').textContent.includes('300x200')");

    choose(&mut chrome, "formulas");
    chrome.until("!document.getElementById('tab-table').hidden");
    for (row, cells) in [["Ada", "Hi Ada"], ["Alan", "Hi Alan"], ["Grace", ""]]
        .iter()
        .enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            chrome.evaluate(&format!(
                "document.querySelectorAll('#table tbody tr')[{row}].querySelectorAll('input')[{column}].focus()"
            ));
            chrome.write(cell);
        }
    }
    chrome.click("#search");
    chrome.until("document.getElementById('state').textContent === 'solved'");
    let answered = "document.querySelector('#rows tbody tr:last-child td.answered').textContent";
    assert_eq!(chrome.evaluate(answered), "Hi Grace (answered)");
    picture(&mut chrome, "table.png");
    check_accessibility(&mut chrome, "a table");

    // Without a run there is no course of training, and the page says what to do.
    chrome.click("#view-training");
    chrome.until("document.getElementById('run-state').textContent.includes('--run DIR')");
    assert_eq!(complaints(&chrome), Vec::<&String>::new());
}
