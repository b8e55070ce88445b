package dev.perdure.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The stable name under which an entity, a saga, a subscription, a view, a command or an event is
 * stored and addressed.
 *
 * <p>Stored data never holds class names, so classes can be renamed and moved freely; {@code value}
 * must stay for ever. To rename in public, keep {@code value} and add an alias: operation ids,
 * history and slots stay with the stored name. Required on all of them but commands; a command
 * without it is named after its record in kebab-case ({@code CloseAccount}: {@code close-account}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Named {

  /** Stored name: 1 to 63 characters of {@code a-z 0-9 - _ .}, beginning with a letter. */
  String value();

  /** Schema version of an event; raise it with an {@link Upcaster} when its fields change. */
  int version() default 1;

  /** Further names accepted at the door. */
  String[] aliases() default {};
}
