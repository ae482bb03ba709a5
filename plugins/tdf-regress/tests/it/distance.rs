//! Properties of the distance and the criterion.

use rand::RngExt as _;
use tdf_domain::{EXACT, rng_stream};

use crate::{bound, columns, observation};

#[test]
fn scale_and_offset_hardly_count() {
    let mut rng = rng_stream(1, 0);
    let domain = bound(&columns(1, 40, &mut rng));
    for _ in 0..500 {
        let target: Vec<f64> = (0..40).map(|_| rng.random_range(-1.0..1.0)).collect();
        let found: Vec<f64> = target.iter().map(|y| y + rng.random_range(-0.5..0.5)).collect();
        let exponent = f64::from(rng.random_range(-30..=30));
        let scale = 10f64.powf(exponent) * if rng.random_bool(0.5) { -1.0 } else { 1.0 };
        let offset = scale * rng.random_range(-3.0..3.0);
        let moved: Vec<f64> = found.iter().map(|x| scale * x).collect();
        let of = |found: &[f64], target: &[f64]| {
            let [found, target] = [found, target].map(|x| observation(&*domain, Some(x.to_vec())));
            domain.distance(&found, &target)
        };
        let (plain, scaled) = (of(&found, &target), of(&moved, &target));
        // Magnitudes are approximate.
        assert!((plain - scaled).abs() < 0.05 * plain, "{plain} {scaled}");
        // Also of a target in other units.
        let in_units: Vec<f64> = target.iter().map(|y| y * scale).collect();
        assert!((of(&found, &in_units) - plain).abs() < 0.05 * plain);
        // What needs a scale is near, but not equal.
        let needs_scale: Vec<f64> = target.iter().map(|y| y * scale + offset).collect();
        let near = of(&needs_scale, &target);
        assert!(near > 0.0 && near < 2e-4, "{near}");
        assert_eq!(of(&target, &target), 0.0);
        assert!(plain > 0.05 && plain <= 1.0, "{plain}");
    }
}

#[test]
fn distances_are_finite_and_bounded() {
    let mut rng = rng_stream(2, 0);
    let domain = bound(&columns(1, 8, &mut rng));
    let extreme = |rng: &mut tdf_domain::Rng| -> Option<Vec<f64>> {
        let special = [
            0.0,
            -0.0,
            1.0,
            1e-300,
            1e300,
            -1e300,
            f64::MIN_POSITIVE,
            f64::MAX,
            5e-324,
        ];
        match rng.random_range(0..4) {
            0 => None,
            1 => Some(vec![special[rng.random_range(0..special.len())]; 8]),
            2 => Some((0..8).map(|_| special[rng.random_range(0..special.len())]).collect()),
            _ => {
                let power = f64::from(rng.random_range(-300..300));
                Some(
                    (0..8)
                        .map(|_| rng.random_range(-1.0..1.0) * 10f64.powf(power))
                        .collect(),
                )
            }
        }
    };
    let criterion = domain.criterion("").unwrap();
    let exact = domain.criterion(EXACT).unwrap();
    for _ in 0..20_000 {
        let [a, b] = [0; 2].map(|_| extreme(&mut rng));
        let [found, target] = [&a, &b].map(|x| observation(&*domain, x.clone()));
        let distance = domain.distance(&found, &target);
        assert!((0.0..=1.25).contains(&distance), "{a:?} {b:?} {distance}");
        assert_eq!(distance == 0.0, found == target, "{a:?} {b:?}");
        assert_eq!(domain.solved(exact, &found, &target), found == target);
        if domain.solved(criterion, &found, &target) {
            assert!(distance < 2e-3, "{a:?} {b:?} {distance}");
        }
        if a.is_none() && b.is_some() {
            assert_eq!(distance, 1.25);
        }
    }
    assert_eq!(domain.distance(&[], &observation(&*domain, None)), f64::INFINITY);
}

#[test]
fn the_criterion_takes_outputs_as_they_stand() {
    let mut rng = rng_stream(3, 0);
    let domain = bound(&columns(1, 40, &mut rng));
    let criterion = domain.criterion("").unwrap();
    let target: Vec<f64> = (0..40).map(f64::from).collect();
    let of = |f: &dyn Fn(f64) -> f64| {
        let found = target.iter().map(|y| f(*y)).collect();
        let [found, target] = [found, target.clone()].map(|x| observation(&*domain, Some(x)));
        domain.solved(criterion, &found, &target)
    };
    assert!(of(&|y| y) && of(&|y| y + 0.01));
    // R2 is 1 - 40 * 0.0121^2 / 5330.
    assert!(of(&|y| y + 0.0115) && !of(&|y| y + 0.0117));
    assert!(!of(&|y| 2.0 * y) && !of(&|_| 19.5));
}
