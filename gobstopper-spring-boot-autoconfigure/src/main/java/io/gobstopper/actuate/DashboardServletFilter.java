package io.gobstopper.actuate;

import java.io.IOException;
import java.io.InputStream;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.util.UrlPathHelper;

/**
 * Adds the headers of the dashboard on the Servlet stack.
 */
public final class DashboardServletFilter extends OncePerRequestFilter {

	private static final int REDIRECT = HttpServletResponse.SC_TEMPORARY_REDIRECT;

	private final DashboardHeaders headers;

	private final EtagFilter etags = new EtagFilter();

	/**
	 * Creates the filter.
	 * @param headers the headers
	 */
	public DashboardServletFilter(DashboardHeaders headers) {
		this.headers = headers;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = UrlPathHelper.defaultInstance.getPathWithinApplication(request);
		if (!this.headers.areFor(path)) {
			chain.doFilter(request, response);
			return;
		}
		String withoutSlash = this.headers.withoutSlash(path);
		if (withoutSlash != null && HttpMethod.GET.matches(request.getMethod())) {
			addHeaders(response, path, REDIRECT);
			response.setStatus(REDIRECT);
			response.setHeader(HttpHeaders.LOCATION,
					(request.getQueryString() != null) ? withoutSlash + "?" + request.getQueryString() : withoutSlash);
			return;
		}
		addHeaders(response, path, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		this.etags.doFilter(request, new HttpServletResponseWrapper(response) {

			@Override
			public void setStatus(int status) {
				super.setStatus(status);
				addHeaders(response, path, status);
			}

			@Override
			public void sendError(int status, String message) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status, message);
			}

			@Override
			public void sendError(int status) throws IOException {
				addHeaders(response, path, status);
				super.sendError(status);
			}

		}, chain);
	}

	private void addHeaders(HttpServletResponse response, String path, int status) {
		HttpHeaders all = new HttpHeaders();
		this.headers.addTo(all, path, status);
		all.forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
	}

	/**
	 * Is for what must not be kept by caches, too: who asks again has kept it himself.
	 */
	private static final class EtagFilter extends ShallowEtagHeaderFilter {

		@Override
		protected boolean isEligibleForEtag(HttpServletRequest request, HttpServletResponse response, int status,
				InputStream content) {
			String type = response.getContentType();
			return EntityTag.isFor(HttpMethod.valueOf(request.getMethod()), status,
					(type != null) ? MediaType.parseMediaType(type) : null);
		}

		@Override
		protected String generateETagHeaderValue(InputStream content, boolean isWeak) throws IOException {
			return EntityTag.of(content.readAllBytes());
		}

	}

}
