//! Distances between images.

use tdf_domain::Domain;
use tdf_tree::Tree;

use crate::Fixture;
use crate::told::while_drawing;

/// Programs whose images or observations are compared.
const PROGRAMS: usize = 100;

/// One observation in so many may be nearer to a blank canvas than to the next observation of its program: some programs draw
/// next to nothing.
const EXCEPTION: usize = 20;

/// [`Domain::distance`] is 0 for equal images, finite, not negative, and depends on the images alone. With an observation model,
/// two observations of one program are nearer to each other than one of them is to a blank canvas. One program in twenty may be
/// an exception; programs without a visible observation do not count.
pub fn distances<D: Domain + Default>(fixture: &Fixture<D>) {
    let (domain, again) = (&fixture.erased, fixture.again());
    let blank = domain.observation_spec().blank();
    let observed = |tree: &Tree, seed| {
        let _told = while_drawing(fixture, tree);
        let mut image = blank.clone();
        domain.observe_target(tree.nodes(), seed, &mut image).ok()?;
        Some(image)
    };
    let text = |tree: &Tree| fixture.language().print(tree.nodes());
    let distance = |image: &[u8], target: &[u8], of: &Tree| {
        let distance = fixture.typed.distance(image, target);
        assert!(
            distance.is_finite() && distance >= 0.0,
            "`distance` is {distance}: it has to be finite and not negative; an image of {} is compared {again}",
            text(of)
        );
        distance
    };
    // The last observation, and its distance from the one before.
    let mut last: Option<(Vec<u8>, Vec<u8>, f64)> = None;
    let (mut compared, mut far) = (0, Vec::new());
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        let Some(image) = observed(&tree, 1) else { continue };
        let itself = distance(&image, &image.clone(), &tree);
        assert!(
            itself == 0.0,
            "`distance` from an image to itself is {itself}, not 0: the image of {} {again}",
            text(&tree)
        );
        if domain.has_observation_model()
            && image != blank
            && let Some(other) = observed(&tree, 2)
        {
            compared += 1;
            let [near, empty] = [&other, &blank].map(|from| distance(from, &image, &tree));
            if near >= empty {
                far.push(format!("{near:.3} and {empty:.3} for {}", text(&tree)));
            }
        } else {
            distance(&blank, &image, &tree);
        }
        if let Some((a, b, before)) = &last {
            let now = fixture.typed.distance(a, b);
            assert!(
                now == *before,
                "`distance` is {before} at first and {now} later for the same two images: it has to depend on them alone {again}"
            );
        }
        let before = last.map_or_else(|| blank.clone(), |(image, ..)| image);
        let away = distance(&image, &before, &tree);
        let erased = domain.distance(&image, &before);
        assert!(
            erased == away,
            "`distance` is {away}, and {erased} of the erased domain: it has to depend on the images alone {again}"
        );
        last = Some((image, before, away));
    }
    assert!(
        far.len() * EXCEPTION <= compared,
        "`distance` ranks a blank canvas before another observation of the same program for {} of {compared} programs, so searches \
         prefer blank images; for lines there is `tdf_domain::distance::lines`; two observations and a blank one have distances \
         {} {again}",
        far.len(),
        far[0]
    );
}
