package io.gobstopper;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Selects the {@code DataSource} of the task database where one is injected. It is no
 * candidate without this qualifier, so the application's own is untouched. Use it to
 * read, and give connections back within seconds.
 * <p>
 * On a bean of the application, it says that tasks are to be stored there, if they are
 * stored on PostgreSQL.
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface GobstopperDataSource {

}
