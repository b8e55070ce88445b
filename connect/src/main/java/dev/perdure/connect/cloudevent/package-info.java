/**
 * An event of an entity as a CloudEvent 1.0, for whatever takes it outside. Entry type: {@link
 * dev.perdure.connect.cloudevent.CloudEvent}.
 *
 * <p>Threading: everything is immutable. Invariant: the same event gives the same attributes and
 * bytes, as long as the service's code writes it so. Does not own: how it is sent (kafka, webhook).
 */
@NullMarked
package dev.perdure.connect.cloudevent;

import org.jspecify.annotations.NullMarked;
