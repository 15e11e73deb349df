/** Stands in for is-in-ci in the bundle: Ink would draw nothing where CI is set. */
export default false;
