// Runs before the page is painted, so that it does not flash in the other theme.
(() => {
	const theme = localStorage.getItem('gobstopper-theme');
	if (theme) {
		document.documentElement.dataset.theme = theme;
	}
})();
