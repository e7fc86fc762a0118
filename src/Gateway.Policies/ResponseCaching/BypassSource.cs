namespace Gateway.Policies.ResponseCaching;

/// <summary>The part of a request that a <see cref="BypassCondition"/> looks at.</summary>
public enum BypassSource
{
    Header,
    Cookie,
    Query,
}
