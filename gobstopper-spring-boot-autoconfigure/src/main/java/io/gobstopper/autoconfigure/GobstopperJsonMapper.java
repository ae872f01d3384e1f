package io.gobstopper.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Marks a {@code JsonMapper} bean of the application that arguments and results of tasks
 * are to be stored with, instead of the library's own. What it writes must be readable
 * for as long as tasks are kept. Give it {@code defaultCandidate = false}, so that it is
 * used for nothing else.
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface GobstopperJsonMapper {

}
