/**
 * The service that docs/tutorial.md builds: shows whose seats are booked. Entry type: {@link
 * dev.perdure.example.tutorial.BoxOffice}.
 *
 * <p>Threading: none of its own. Does not own: anything but the rules of a show.
 */
@NullMarked
package dev.perdure.example.tutorial;

import org.jspecify.annotations.NullMarked;
