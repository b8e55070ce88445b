package dev.perdure.api;

/** How much depends on a capability. */
public enum Criticality {
  /** Without it the service is of no use. */
  CRITICAL,
  /** Its absence is noticed, and can be borne for hours. */
  IMPORTANT,
  /** The first to go when the node has too much to do. */
  OPTIONAL
}
