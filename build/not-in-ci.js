/** Replaces is-in-ci in the bundle: Ink would not draw if CI is set. */
export default false;
