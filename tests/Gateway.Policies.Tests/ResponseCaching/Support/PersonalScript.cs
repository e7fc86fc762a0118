using Gateway.Policies.ResponseCaching;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>What one response of a destination says about who may have it. A destination that follows RFC 9111 makes it someone's own only where it says so.</summary>
internal sealed record PersonalScript(string CacheControl, string Vary, bool SetsCookie, bool HasTag)
{
    public static string[] CacheControls { get; } =
        ["max-age=60", "max-age=1, stale-while-revalidate=60", "max-age=1, stale-if-error=60", "public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate",
         "private, max-age=60", "no-store", "no-cache", ""];

    public static string[] Varies { get; } = ["", "Authorization", "Cookie", "X-Session", "Accept, Cookie", "*"];

    /// <summary>True: the response may be made for the user alone, since everything that says otherwise is missing.</summary>
    public bool MayBePersonal(PersonalIdentity identity, CachePolicy policy)
    {
        bool named = Vary.Split(", ").Contains(identity.Field) || Vary == "*";
        bool never = SetsCookie || CacheControl is "private, max-age=60" or "no-store";
        return never || named || identity.Kind switch
        {
            // Cookies are no credentials for RFC 9111 §3.5: the response or the policy has to name them.
            IdentityKind.Cookie => policy.VaryByCookie.Contains("id"),
            IdentityKind.Session => policy.PerUser || policy.VaryBySessionField.Contains("user") || (!policy.Shared && !AllowsSharing),
            _ => policy.PerUser || policy.VaryByHeader.Contains("Authorization") || (!policy.Shared && !AllowsSharing),
        };
    }

    private bool AllowsSharing => CacheControl is "public, max-age=60" or "s-maxage=60" or "max-age=60, must-revalidate";
}
