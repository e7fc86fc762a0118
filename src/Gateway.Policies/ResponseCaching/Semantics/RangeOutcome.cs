namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What becomes of a Range field.</summary>
internal enum RangeOutcome
{
    /// <summary>The whole body, 200.</summary>
    Ignore,

    /// <summary>206.</summary>
    Partial,

    /// <summary>416.</summary>
    NotSatisfiable,
}
