import type { LandingMessages } from "./messages.ts";

export const landingAr: LandingMessages = {
  landing: {
    headline: "خدمة جيدة بلمسة واحدة.",
    text: "يمسح الضيوف الرمز على طاولتهم ويطلبون. يراه الموظفون فورًا.",
    staff: "دخول الموظفين",
    guests: "هل أنت ضيف؟ امسح الرمز على طاولتك.",
    lost: "لا يوجد شيء في هذا العنوان.",
    lostHint: "تحقق من العنوان أو امسح الرمز على طاولتك مرة أخرى.",
    suspended: "لا يستقبل هذا المطعم النداءات هنا في الوقت الحالي.",
    suspendedHint: "من فضلك أشر إلى الموظفين.",
    suspendedStaff: "هل تعمل هنا؟ اسأل من يدير نظام Waiter هذا.",
    find: "أين صفحة مطعمك؟",
    name: "الاسم القصير للمطعم",
    nameHint: "أول كلمة في عنوانه.",
    go: "اذهب",
    invalid: "أحرف لاتينية صغيرة وأرقام وشرطات فقط.",
  },
};
