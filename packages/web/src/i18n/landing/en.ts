/** Texts of the pages outside a restaurant: the front door, dead ends, suspension. */
export const landingEn = {
  landing: {
    headline: "Good service, one tap away.",
    text: "Guests scan the code on their table and call a waiter. Staff see it at once.",
    staff: "Staff sign-in",
    guests: "Are you a guest? Scan the code on your table.",
    lost: "There is nothing at this address.",
    lostHint: "Check the address, or scan the code on your table again.",
    suspended: "This restaurant does not take calls here at the moment.",
    suspendedHint: "Please wave to the staff.",
    suspendedStaff: "Do you work here? Ask the person who runs this Waiter.",
    find: "Where is your restaurant’s page?",
    name: "The restaurant’s short name",
    nameHint: "The first word of its address.",
    go: "Go there",
    invalid: "Small letters, digits and hyphens only.",
  },
};
