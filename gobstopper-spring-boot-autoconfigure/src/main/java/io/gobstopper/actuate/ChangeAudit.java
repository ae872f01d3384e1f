package io.gobstopper.actuate;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells who changed what through the endpoint: a line in the log and an audit event of
 * Spring Boot, of the type {@code GOBSTOPPER_} and the action.
 */
public final class ChangeAudit {

	private static final Log logger = LogFactory.getLog(ChangeAudit.class);

	private static final String NOBODY = "anonymous";

	private static final String TYPE_PREFIX = "GOBSTOPPER_";

	private final ApplicationEventPublisher events;

	/**
	 * Creates the audit.
	 * @param events where events are published
	 */
	public ChangeAudit(ApplicationEventPublisher events) {
		this.events = events;
	}

	/**
	 * Tells of a change that was made.
	 * @param user who made it
	 * @param action what was done
	 * @param target to what, by key; what is null is left out
	 * @param matching how many tasks or categories it was about
	 * @param changed how many it changed
	 */
	void record(SecurityContext user, String action, Map<String, ? extends @Nullable Object> target, long matching,
			long changed) {
		tell(user, action, target, "%d of %d".formatted(changed, matching),
				Map.of("matching", matching, "changed", changed));
	}

	/**
	 * Tells of a change that failed on its way, so that some were changed and others not.
	 * @param user who made it
	 * @param action what was done
	 * @param target to what, by key; what is null is left out
	 */
	void recordPart(SecurityContext user, String action, Map<String, ? extends @Nullable Object> target) {
		tell(user, action, target, "a part", Map.of("failed", true));
	}

	private void tell(SecurityContext user, String action, Map<String, ? extends @Nullable Object> target,
			String changed, Map<String, Object> counts) {
		Principal principal = user.getPrincipal();
		String name = (principal != null && principal.getName() != null) ? principal.getName() : NOBODY;
		Map<String, Object> data = new LinkedHashMap<>();
		target.forEach((key, value) -> {
			if (value != null) {
				data.put(key, value.toString());
			}
		});
		logger.info("'%s' by %s changed %s: %s".formatted(action, oneLine(name), changed, oneLine(data.toString())));
		data.putAll(counts);
		try {
			this.events
				.publishEvent(new AuditApplicationEvent(name, TYPE_PREFIX + action.toUpperCase(Locale.ROOT), data));
		}
		catch (RuntimeException ex) {
			logger.error("The audit of the application did not take a change that was made", ex);
		}
	}

	// Whoever names a category must not be able to write lines of their own.
	private static String oneLine(String text) {
		return text.replaceAll("[\\p{Cc}\u2028\u2029]", "?");
	}

}
