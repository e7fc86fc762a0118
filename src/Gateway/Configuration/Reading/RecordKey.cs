using System.Reflection;
using System.Runtime.CompilerServices;

namespace Gateway.Configuration.Reading;

/// <summary>One key of a record: a property of the same name.</summary>
internal sealed class RecordKey
{
    private readonly PropertyInfo _property;

    public RecordKey(PropertyInfo property)
    {
        _property = property;
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
    }

    public string Name => _property.Name;

    public Type Type => _property.PropertyType;

    public bool IsRequired { get; }

    public object? Get(object record) => _property.GetValue(record);

    public void Set(object record, object? value) => _property.SetValue(record, value);
}
