//! The domain on a smaller canvas.

use tdf_domain::{Domain, scaled_down};

use crate::Fixture;
use crate::told::while_drawing;

/// Programs whose images are compared.
const PROGRAMS: usize = 100;

/// Mean difference of samples between coarse images and images scaled down that is allowed, 0 to 255.
const ALLOWED: f64 = 4.0;

/// [`Domain::coarse`], if there is one, has a canvas that the domain's can be scaled down to, and draws nearly the images of the
/// domain scaled down.
pub fn coarse<D: Domain + Default>(fixture: &Fixture<D>) {
    let (domain, again) = (&fixture.erased, fixture.again());
    let Some(coarse) = domain.coarse() else { return };
    let (Some(from), Some(to)) = (domain.canvas(), coarse.canvas()) else {
        panic!("`coarse` has no images {again}")
    };
    let draws = |domain: &dyn tdf_domain::DynDomain, tree: &tdf_tree::Tree| {
        let _told = while_drawing(fixture, tree);
        let mut image = vec![0; domain.observation_spec().bytes()];
        domain.render(tree.nodes(), &mut image).ok().map(|()| image)
    };
    let (mut total, mut compared) = (0.0, 0);
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        let Some(image) = draws(&**domain, &tree) else { continue };
        let Some(small) = scaled_down(&image, from, to) else {
            panic!(
                "`coarse` has a canvas of {} x {} pixels of {}: that of the domain, {} x {} of {}, is no multiple of it {again}",
                to.width, to.height, to.channels, from.width, from.height, from.channels
            );
        };
        let Some(drawn) = draws(&*coarse, &tree) else {
            let text = fixture.language().print(tree.nodes());
            panic!("`coarse` cannot render a program that the domain renders: {text} {again}");
        };
        total += tdf_domain::distance::pixels(&drawn, &small);
        compared += 1;
    }
    let mean = total / f64::from(compared.max(1));
    assert!(
        mean <= ALLOWED,
        "`coarse` draws other images than the domain: the mean difference from images scaled down is {mean:.2} of 255, {ALLOWED} are \
         allowed {again}"
    );
}
